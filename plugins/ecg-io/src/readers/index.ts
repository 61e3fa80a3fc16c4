/** @file The readers of this plugin. */
import { openWfdb, wfdb } from './wfdb/wfdb.ts';

export const readers = [wfdb];
export { openWfdb, wfdb };
