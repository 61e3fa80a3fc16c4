/** @file Arrays of numpy as recordings: .npy. */
import { defineReader } from '../common/define-reader.ts';
import { arrayRecording } from './array-recording.ts';
import { isNpy, parseNpy } from './npy-array.ts';
import { arrayOptions } from './options.ts';

export const npy = defineReader({
  id: 'npy',
  format: 'npy',
  options: arrayOptions,
  recognises: (head, name) => /\.npy$/i.test(name) && isNpy(head),
  decode: (bytes, where, options) => arrayRecording(parseNpy(bytes, where), 'npy', where, options),
});
