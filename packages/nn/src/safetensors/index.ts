/** @file safetensors: reading and writing named arrays. */
export {
  readSafetensors,
  type SafetensorsFile,
  type SafetensorsLimits,
} from './read-safetensors.ts';
export { writeSafetensors } from './write-safetensors.ts';
export type { SafeDtype, SafeTensor, SafeTensorInput } from './safe-tensor.ts';
