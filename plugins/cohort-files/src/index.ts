/** @file The plugin: cohorts from folders of recordings and from cohort stores. */
import { definePlugin } from '@dualbeat/core';
import { files } from './files.ts';
import { store } from './store.ts';

export default definePlugin([files, store]);
