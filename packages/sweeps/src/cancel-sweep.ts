/** @file Ends a sweep that another process runs here: its jobs save, and it can be resumed. */
import { hostname } from 'node:os';
import { lockHolder } from '@dualbeat/runs';
import { sweepBusy } from './errors.ts';

/** False where nobody runs it. Error: E_SWEEP_BUSY where that process is on another host. */
export function cancelSweep(folder: string): boolean {
  const holder = lockHolder(folder);
  if (holder === undefined) return false;
  if (holder.host !== hostname()) throw sweepBusy(folder, null);
  process.kill(holder.pid, 'SIGTERM');
  return true;
}
