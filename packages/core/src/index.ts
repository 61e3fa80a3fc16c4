export * from './contracts/index.ts';
export * from './errors.ts';
export { at } from './at.ts';
export { closest } from './closest.ts';
export { philoxBlock, philoxWords } from './random/philox.ts';
export * from './random/host-random.ts';
export { streamOf } from './random/stream.ts';
export * from './host/index.ts';
export * from './experiment/index.ts';
