/** @file The plugin `downstream`: target sets, heads, losses and metrics of what an encoder is good for. */
import { definePlugin } from '@dualbeat/core';
import { covariates } from './encoders/covariates.ts';
import { attentionPool } from './heads/attention-pool.ts';
import { clinicalMlp } from './heads/clinical-mlp.ts';
import { coxHead, discreteTimeHead } from './heads/survival.ts';
import { bce, focal } from './losses/binary.ts';
import { cox } from './losses/cox.ts';
import { discreteTime } from './losses/discrete-time.ts';
import { classification } from './metrics/classification.ts';
import { regression } from './metrics/regression.ts';
import { survival } from './metrics/survival.ts';
import { zeroShot } from './metrics/zero-shot.ts';
import { endpointTargets, phenotypeTargets } from './targets/target-sets.ts';

export default definePlugin([
  ...phenotypeTargets,
  ...endpointTargets,
  covariates,
  attentionPool,
  clinicalMlp,
  coxHead,
  discreteTimeHead,
  bce,
  focal,
  cox,
  discreteTime,
  regression,
  classification,
  survival,
  zeroShot,
]);
