/** @file Random numbers: Philox and the host's streams. Imports nothing else. */
export { philoxBlock, philoxWords } from './philox.ts';
export * from './host-random.ts';
export { streamOf } from './stream.ts';
