/** @file The cohort component `acdc`. */
import { defineComponent } from '@dualbeat/core';
import { openAcdc } from './acdc/open-acdc.ts';
import { acdcOptions } from './options.ts';

export const acdc = defineComponent({
  kind: 'cohort',
  id: 'acdc',
  options: acdcOptions,
  create: openAcdc,
});
