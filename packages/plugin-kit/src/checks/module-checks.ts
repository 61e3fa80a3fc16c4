/** @file The checks that encoders, projectors, heads and losses share, in the order in which they are run. */
import { absentRows } from './absent-rows.ts';
import { compiledAsEager } from './compiled-as-eager.ts';
import { declaredOutputs } from './declared-outputs.ts';
import { evalState } from './eval-state.ts';
import { finiteDifferences } from './finite-differences.ts';
import { finiteGradients } from './finite-gradients.ts';
import { finiteOutputs } from './finite-outputs.ts';
import { golden } from './golden.ts';
import { microBatches } from './micro-batches.ts';
import { noGrowth } from './no-growth.ts';
import { applyTouchesNothing } from './no-side-effects.ts';
import { reference } from './reference.ts';
import { rowIndependent } from './row-independent.ts';
import { saveLoad } from './save-load.ts';
import { seeded } from './seeded.ts';
import { freezing, learns, resume } from './stage-checks.ts';
import { trainableParameters } from './trainable-parameters.ts';

export const moduleChecks = [
  declaredOutputs,
  finiteOutputs,
  finiteGradients,
  trainableParameters,
  finiteDifferences,
  reference,
  absentRows,
  seeded,
  evalState,
  compiledAsEager,
  noGrowth,
  saveLoad,
  applyTouchesNothing,
  golden,
  resume,
  freezing,
  learns,
] as const;

/** Of kinds that treat each row alike. */
export const rowChecks = [rowIndependent, microBatches] as const;
