/** @file Running one side, with the memory of its process tree watched from outside. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as errors from './errors.ts';
import type { ReadResult } from './read-request.ts';

export type Measured = ReadResult & {
  readonly batchesPerSecond: number;
  /** Highest sum over the processes of memory that is not page cache (PSS of anonymous and shared memory). */
  readonly peakBytes: number;
};
const sampleMs = 250;

/** Errors: E_BENCH_DATA_SIDE. */
export async function runReader(
  side: string,
  command: string,
  args: readonly string[],
): Promise<Measured> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, told] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (told += data.toString()));
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeBytes(child.pid ?? 0));
  }, sampleMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(timer));
  const line = out.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !line.startsWith('{')) {
    throw errors.readerFailed(side, told.trim().split('\n').slice(-3).join(' ') || `exit ${code}`);
  }
  const result = JSON.parse(line) as ReadResult;
  return { ...result, batchesPerSecond: result.batches / result.seconds, peakBytes };
}

/** Of a process and all below it; 0 where the system does not tell. */
function treeBytes(root: number): number {
  const below = new Map<number, number[]>();
  try {
    for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
      const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(textOf(`/proc/${name}/stat`))?.[1]);
      below.set(parent, [...(below.get(parent) ?? []), Number(name)]);
    }
  } catch {
    return 0; // not Linux
  }
  let sum = 0;
  for (const queue = [root]; queue.length > 0;) {
    const pid = queue.pop() as number;
    queue.push(...(below.get(pid) ?? []));
    const rollup = textOf(`/proc/${pid}/smaps_rollup`);
    for (const name of ['Pss_Anon', 'Pss_Shmem']) {
      sum += 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
    }
  }
  return sum;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended
  }
}
