// @ts-check
/** @file CPU time of a process, user and system, that of its children included. */
import { execFileSync } from 'node:child_process';

/**
 * @param {readonly string[]} args of Node.js
 * @param {string} cwd
 * @returns {number} seconds
 */
export function cpuSeconds(args, cwd) {
  // bash's `time` counts in milliseconds and with the children; Node.js does not tell of those
  const told = execFileSync(
    'bash',
    [
      '-c',
      'TIMEFORMAT="%U %S"; { time "$@" > /dev/null 2>&1; } 2>&1',
      'time',
      process.execPath,
      ...args,
    ],
    { cwd, encoding: 'utf8' },
  );
  const seconds = told.trim().split(' ').map(Number);
  if (seconds.length !== 2 || !seconds.every(Number.isFinite))
    throw new Error(`bash's time said "${told.trim()}"`);
  return /** @type {number} */ (seconds[0]) + /** @type {number} */ (seconds[1]);
}

/**
 * Medians, interleaved so that what else the machine does falls on all alike.
 * @param {Record<string, readonly string[]>} commands arguments of Node.js by name
 * @param {string} cwd
 * @param {number} [times]
 * @returns {Record<string, number>} seconds by name
 */
export function medianCpu(commands, cwd, times = 9) {
  /** @type {Record<string, number[]>} */
  const measured = {};
  for (let i = 0; i < times; i++) {
    for (const [name, args] of Object.entries(commands)) {
      (measured[name] ??= []).push(cpuSeconds(args, cwd));
    }
  }
  return Object.fromEntries(
    Object.entries(measured).map(([name, values]) => {
      const sorted = [...values].sort((a, b) => a - b);
      return [name, /** @type {number} */ (sorted[Math.floor(sorted.length / 2)])];
    }),
  );
}
