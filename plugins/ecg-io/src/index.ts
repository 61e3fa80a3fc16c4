/** @file The plugin: ECG readers and signal transforms. */
import { definePlugin } from '@dualbeat/core';
import { readers } from './readers/index.ts';
import { transforms } from './transforms/index.ts';

export default definePlugin([...readers, ...transforms]);
export { standardLead, standardLeads } from './leads.ts';
export { openWfdb, wfdb } from './readers/index.ts';
