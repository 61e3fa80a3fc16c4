/** @file All kinds with a healthy component and its broken ones. */
import { cohortFamily } from './cohorts.ts';
import {
  callbackFamily,
  figureFamily,
  metricFamily,
  readerFamily,
  targetSetFamily,
  transformFamily,
} from './files.ts';
import { lossFamily } from './losses.ts';
import { encoderFamily, headFamily, normFamily, projectorFamily, tokenFamily } from './modules.ts';
import type { Family } from './mutant.ts';
import { launcherFamily, searchFamily, trackerFamily } from './sweeps.ts';
import { taskFamily } from './tasks.ts';
import { optimizerFamily, scheduleFamily } from './training.ts';

export const families: { readonly [name: string]: Family } = {
  encoder: encoderFamily,
  'encoder with tokens': tokenFamily,
  'encoder with running statistics': normFamily,
  head: headFamily,
  projector: projectorFamily,
  loss: lossFamily,
  task: taskFamily,
  optimizer: optimizerFamily,
  schedule: scheduleFamily,
  cohort: cohortFamily,
  reader: readerFamily,
  transform: transformFamily,
  metric: metricFamily,
  'target set': targetSetFamily,
  callback: callbackFamily,
  figure: figureFamily,
  launcher: launcherFamily,
  search: searchFamily,
  tracker: trackerFamily,
};
