/** @file Launchers: where the jobs of a sweep run. */
import { definePlugin } from '@dualbeat/core';
import { local } from './local/local.ts';

export default definePlugin([local]);
