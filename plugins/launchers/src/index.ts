/** @file Launchers: where the jobs of a sweep run. */
import { definePlugin } from '@dualbeat/core';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { local } from './local/local.ts';
import { ray } from './ray/ray.ts';
import { slurm } from './slurm/slurm.ts';

export default definePlugin([local, slurm, kubernetes, ray]);
