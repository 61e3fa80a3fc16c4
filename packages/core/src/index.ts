export * from './contracts/index.ts';
export * from './errors.ts';
export { at } from './at.ts';
export { closest } from './closest.ts';
export * from './random/index.ts';
export * from './host/index.ts';
export * from './experiment/index.ts';
