/** @file Peak resident memory of this process. */
import { readFileSync } from 'node:fs';

/** Linux: VmHWM, since ru_maxrss starts at that of the parent process; else ru_maxrss. */
export function peakBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No /proc here.
  }
  return process.resourceUsage().maxRSS * 1024; // Node gives kilobytes everywhere
}
