/** @file The plugin: a cohort from folders of recordings. */
import { definePlugin } from '@dualbeat/core';
import { files } from './files.ts';

export default definePlugin([files]);
