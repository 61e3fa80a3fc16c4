/** @file The plugin `standard`: optimisers, schedules and generic components; loaded unnamed. */
import { definePlugin } from '@dualbeat/core';
import { knnMonitor } from './callbacks/knn-monitor.ts';
import { onlineProbe } from './callbacks/online-probe.ts';
import { linear } from './heads/linear.ts';
import { mlp } from './heads/mlp.ts';
import { crossEntropy } from './losses/cross-entropy.ts';
import { mse } from './losses/mse.ts';
import { sum } from './losses/sum.ts';
import { adamw } from './optimizers/adamw.ts';
import { lars } from './optimizers/lars.ts';
import { lion } from './optimizers/lion.ts';
import { sgd } from './optimizers/sgd.ts';
import { constant } from './schedules/constant.ts';
import { oneCycle } from './schedules/one-cycle.ts';
import { plateau } from './schedules/plateau.ts';
import { step } from './schedules/step.ts';
import { warmupCosine } from './schedules/warmup-cosine.ts';
import { supervised } from './tasks/supervised.ts';

export default definePlugin([
  adamw,
  sgd,
  lars,
  lion,
  warmupCosine,
  constant,
  step,
  plateau,
  oneCycle,
  onlineProbe,
  knnMonitor,
  mse,
  crossEntropy,
  sum,
  linear,
  mlp,
  supervised,
]);
