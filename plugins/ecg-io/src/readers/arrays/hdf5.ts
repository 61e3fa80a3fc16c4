/** @file Arrays of an HDF5 file as recordings; the attribute `samplingHz` of the array counts. */
import * as errors from '../common/errors.ts';
import { defineReader } from '../common/define-reader.ts';
import { MAX_VALUES } from '../common/limits.ts';
import { arrayRecording, chooseArray } from './array-recording.ts';
import { arrayOptions } from './options.ts';
import { readHdf5 } from './hdf5-thread.ts';

const FORMAT = 'HDF5';
const MAGIC = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const hdf5 = defineReader({
  id: 'hdf5-ecg',
  format: FORMAT,
  options: arrayOptions,
  recognises: (head, name) => /\.(h5|hdf5)$/i.test(name) && isHdf5(head),
  decode: async (bytes, where, options) => {
    if (!isHdf5(bytes)) throw errors.damaged(where, FORMAT, 'its head is not there');
    const { found, pick, size, isNumeric, values, samplingHz } = await readHdf5(
      bytes,
      options.array,
      where,
    );
    if (pick === undefined) {
      const flat = (name: string) => found.find((each) => each.name === name)?.shape.length === 2;
      chooseArray(
        found.map((each) => each.name),
        flat,
        where,
        options.array,
      ); // throws
    }
    if (size !== undefined && size > MAX_VALUES)
      throw errors.limit(where, `${size} values`, `${MAX_VALUES} values`);
    if (isNumeric !== true || values === undefined)
      throw errors.unsupported(where, FORMAT, 'an array that is not of numbers');
    const shape = found.find((each) => each.name === pick)?.shape ?? [];
    const stated =
      options.samplingHz ?? (samplingHz !== undefined && samplingHz > 0 ? samplingHz : undefined);
    const own = stated === undefined ? options : { ...options, samplingHz: stated };
    return arrayRecording({ shape, at: (i) => values[i] ?? NaN }, FORMAT, where, own);
  },
});

const isHdf5 = (head: Uint8Array) => MAGIC.every((byte, i) => head[i] === byte);
