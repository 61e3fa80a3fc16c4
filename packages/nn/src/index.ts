/** @file Layers, initialisers and traced randomness; tensor types only, ops come as arguments. */
export * from './scope.ts';
export * from './rng.ts';
export * from './initialisers.ts';
export * from './linear.ts';
export * from './layer-norm.ts';
export * from './mlp.ts';
export * from './attention.ts';
export * from './transformer-block.ts';
export * from './sin-cos-positions.ts';
export * from './drop.ts';
export * from './batch-norm.ts';

export * from './safetensors/index.ts';
