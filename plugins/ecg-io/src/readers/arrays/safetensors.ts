/** @file Tensors of a safetensors file as recordings; its metadata may say `samplingHz`. */
import * as errors from '../common/errors.ts';
import { defineReader } from '../common/define-reader.ts';
import { MAX_VALUES } from '../common/limits.ts';
import { arrayRecording, chooseArray } from './array-recording.ts';
import { halfOf } from './npy-array.ts';
import { arrayOptions } from './options.ts';

const FORMAT = 'safetensors';
const MAX_HEADER = 2 ** 20;

export const safetensors = defineReader({
  id: 'safetensors-ecg',
  format: FORMAT,
  options: arrayOptions,
  recognises: (head, name) => /\.safetensors$/i.test(name) && head.length > 8 && head[8] === 0x7b,
  decode: async (bytes, where, options) => {
    const { readSafetensors } = await import('@dualbeat/nn');
    const limits = { headerBytes: MAX_HEADER, tensors: 256, rank: 8, where };
    const { tensors, metadata } = readSafetensors(bytes, limits);
    const names = Object.keys(tensors);
    const name = chooseArray(
      names,
      (each) => tensors[each]?.shape.length === 2,
      where,
      options.array,
    );
    const { dtype, shape, data } = tensors[name] as (typeof tensors)[string];
    if (data.length > MAX_VALUES)
      throw errors.limit(where, `${data.length} values`, `${MAX_VALUES} values`);
    if (dtype === 'BOOL') throw errors.unsupported(where, FORMAT, 'truth values as samples');
    const value = (i: number) => Number(data[i]);
    const bits = new DataView(new ArrayBuffer(4));
    const at =
      dtype === 'F16'
        ? (i: number) => halfOf(value(i))
        : dtype === 'BF16'
          ? (i: number) => (bits.setUint32(0, value(i) * 2 ** 16), bits.getFloat32(0))
          : value;
    const stated = Number(metadata['samplingHz']);
    const samplingHz = options.samplingHz ?? (stated > 0 ? stated : undefined);
    const own = samplingHz === undefined ? options : { ...options, samplingHz };
    return arrayRecording({ shape, at }, FORMAT, where, own);
  },
});
