/** @file What the tests of the ECG transformer share: all of it is in the kit. */
export {
  array,
  contextOf,
  count,
  distance,
  fill,
  open,
  optionTable,
  run,
  runtimeNames,
  sequence,
  sum,
} from '@dualbeat/plugin-kit';
