/** @file The plugin `standard`: optimisers, schedules and generic components; loaded unnamed. */
import { definePlugin } from '@dualbeat/core';
import { linear } from './heads/linear.ts';
import { mse } from './losses/mse.ts';
import { adamw } from './optimizers/adamw.ts';
import { sgd } from './optimizers/sgd.ts';
import { constant } from './schedules/constant.ts';
import { warmupCosine } from './schedules/warmup-cosine.ts';
import { supervised } from './tasks/supervised.ts';

export default definePlugin([adamw, sgd, warmupCosine, constant, mse, linear, supervised]);
