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
export * from './group-norm.ts';
export * from './conv-padding.ts';
export * from './conv3d.ts';
export * from './max-pool.ts';
export * from './relu.ts';
export * from './thin.ts';
export * from './pick-rows.ts';
export * from './window-plan.ts';
export * from './window-attention.ts';
export * from './masked.ts';
export * from './perceptron.ts';
export * from './head-features.ts';

export * from './safetensors/index.ts';
