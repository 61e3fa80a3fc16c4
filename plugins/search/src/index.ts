/** @file Search strategies of sweeps. */
import { definePlugin } from '@dualbeat/core';
import { randomSearch } from './random-search.ts';
import { tpe } from './tpe.ts';

export default definePlugin([tpe, randomSearch]);
