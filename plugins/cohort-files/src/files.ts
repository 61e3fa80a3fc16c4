/** @file The cohort component `files`. */
import { defineComponent } from '@dualbeat/core';
import { openFiles } from './open-files.ts';
import { filesOptions } from './options.ts';

export const files = defineComponent({
  kind: 'cohort',
  id: 'files',
  options: filesOptions,
  create: (options, from) => openFiles(options, from),
});
