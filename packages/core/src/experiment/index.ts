export type * from './types.ts';
export { canonicalJson } from './canonical-json.ts';
export { isConfigurationError } from './errors.ts';
export { loadExperiment } from './load-experiment.ts';
export { experimentSchema } from './schema.ts';
export { stageEncoders, type StageEncoder } from './stage-encoders.ts';
export { stageId, stageIdentity } from './stage-id.ts';
export { stageNeeds, stageOrder } from './stage-order.ts';
