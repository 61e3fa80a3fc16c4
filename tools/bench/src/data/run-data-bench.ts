/** @file `npm run bench -- data`: batches a second from disk and from the page cache, ours against PyTorch's DataLoader. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { hardware } from '../report/hardware.ts';
import { hardwareText } from '../report/markdown.ts';
import { table } from '../report/table.ts';
import { median } from '../statistics/median.ts';
import { ensureTorch } from '../torch/ensure-torch.ts';
import * as errors from './errors.ts';
import { makeRecords, numbers, views } from './layout.ts';
import type { ReadRequest } from './read-request.ts';
import { runReader } from './run-reader.ts';
import type { Measured } from './run-reader.ts';

export type DataBenchArgs = {
  readonly gigabytes: number;
  readonly folder: string;
  readonly batch: number;
  readonly batches: number;
  readonly rounds: number;
  readonly workers: number;
  readonly write: boolean;
};
const layouts = ['memmap-f32', 'memmap-i16', 'store'] as const;
const here = fileURLToPath(import.meta.url);

/** Errors: E_BENCH_ARGUMENT. */
export function parseDataArgs(args: readonly string[]): DataBenchArgs {
  const options = {
    gigabytes: { type: 'string', default: '2' },
    folder: { type: 'string', default: join(tmpdir(), 'dualbeat-bench-data') },
    batch: { type: 'string', default: '64' },
    batches: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
  } as const;
  let values: { [name in keyof typeof options]: string | boolean };
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw errors.argumentInvalid((error as Error).message.split('. ')[0] ?? 'not understood');
  }
  const count = (name: keyof typeof options, least: number) => {
    const value = Number(values[name]);
    if (!(value >= least))
      throw errors.argumentInvalid(`--${name} is "${values[name]}", not ${least} or more`);
    return value;
  };
  return {
    gigabytes: count('gigabytes', 0.01),
    folder: String(values.folder),
    batch: count('batch', 1),
    batches: count('batches', 1),
    rounds: count('rounds', 1),
    workers: count('workers', 1),
    write: values.write === true,
  };
}

type Row = {
  readonly side: string;
  readonly state: 'cold' | 'cached';
  readonly runs: readonly Measured[];
};

/** `gigabytes` are those of the store. Every side reads the same rows; cold: its files are put out of the page cache before. */
export async function runDataBench(
  args: DataBenchArgs,
  say: (line: string) => void,
): Promise<void> {
  const { python, torch } = ensureTorch(process.env, say);
  const { folder, batch, workers, rounds } = args;
  const records = Math.max(2 * batch, Math.round((args.gigabytes * 1e9) / (2 * numbers)));
  say(`${hardwareText(hardware())}; PyTorch ${torch}; Node ${process.version}`);
  await makeRecords(folder, records, say);
  const batches = Math.min(args.batches, Math.floor(records / batch));
  const request: ReadRequest = {
    store: join(folder, 'store'),
    folder,
    batch,
    batches,
    workers,
    prefetch: 4,
    seed: 0,
    records,
    views: Object.fromEntries(Object.entries(views).map(([name, { shape }]) => [name, shape])),
  };
  const sides = [
    {
      name: 'dualbeat',
      run: (seed: number) => runReader('dualbeat', process.execPath, ours({ ...request, seed })),
    },
    ...layouts.map((layout) => ({
      name: `pytorch ${layout}`,
      run: (seed: number) =>
        runReader(`pytorch ${layout}`, python, [
          script,
          JSON.stringify({ ...request, seed, layout }),
        ]),
    })),
  ];
  const rows: Row[] = [];
  let check: number | undefined;
  for (const state of ['cold', 'cached'] as const) {
    const runs = new Map<string, Measured[]>(sides.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      // In turns, each round begun by another: what slows the machine slows all.
      for (let i = 0; i < sides.length; i++) {
        const side = sides[(round + i) % sides.length] as (typeof sides)[number];
        if (state === 'cold') dropCache(python, folder);
        const measured = await side.run(round + 1);
        check ??= measured.check;
        if (Math.abs(measured.check - check) > 1e-3 * check) {
          throw errors.valuesDiffer(side.name, check, measured.check);
        }
        runs.get(side.name)?.push(measured);
        say(
          `  ${state} round ${round + 1} ${side.name}: ${measured.batchesPerSecond.toFixed(2)} batches/s`,
        );
      }
    }
    for (const [side, of] of runs) rows.push({ side, state, runs: of });
  }
  const text = tableOf(rows, batch);
  const size = ((records * numbers * 2) / 1e9).toFixed(1);
  const head = `${records} records, ${size} GB in the store; batches of ${batch}, ${workers} workers, ${batches} batches a run, median of ${rounds}`;
  say(`\n${head}\n\n${text}`);
  if (!args.write) return;
  const facts = {
    date: new Date().toISOString(),
    hardware: hardware(),
    torch,
    node: process.version,
    records,
    args,
  };
  writeFileSync(
    join('docs', 'benchmarks-data.json'),
    `${JSON.stringify({ ...facts, rows }, null, 1)}\n`,
  );
  const title = '# Throughput of the loader';
  const about = `\`npm run bench -- data\` on ${hardwareText(hardware())}; PyTorch ${torch}.\n\n${head}.`;
  writeFileSync(join('docs', 'benchmarks-data.md'), `${title}\n\n${about}\n\n${text}\n`);
  say('\nwritten: docs/benchmarks-data.md, docs/benchmarks-data.json');
}

function tableOf(rows: readonly Row[], batch: number): string {
  const perSecond = ({ runs }: Row) => median(runs.map((run) => run.batchesPerSecond));
  const best = (state: Row['state']) =>
    Math.max(
      ...rows.filter((row) => row.state === state && row.side !== 'dualbeat').map(perSecond),
    );
  return table(
    [
      'side',
      'state',
      'batches/s',
      'records/s',
      'GB/s of float32',
      'against the best of PyTorch',
      'peak memory',
    ],
    rows.map((row) => {
      const rate = perSecond(row);
      const peak = Math.max(...row.runs.map((run) => run.peakBytes));
      const against = row.side === 'dualbeat' ? `${(rate / best(row.state)).toFixed(2)} x` : '';
      const gigabytes = ((rate * batch * numbers * 4) / 1e9).toFixed(2);
      return [
        row.side,
        row.state,
        rate.toFixed(2),
        (rate * batch).toFixed(0),
        gigabytes,
        against,
        `${(peak / 1e6).toFixed(0)} MB`,
      ];
    }),
  );
}

const script = join(dirname(dirname(dirname(here))), 'python', 'data_loader.py');

function ours(request: ReadRequest): string[] {
  const source = here.endsWith('.ts');
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const flags = source ? ['--conditions=@dualbeat/source', '--import', tsx()] : [];
  return [...flags, join(dirname(here), source ? 'ours.ts' : 'ours.js'), JSON.stringify(request)];
}

/** Node has no posix_fadvise; Python has. Pages that were written and not yet stored are stored first. */
function dropCache(python: string, folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const code =
    'import os,sys\nfor f in sys.stdin.read().split("\\n"):\n fd=os.open(f,os.O_RDONLY); os.fsync(fd); os.posix_fadvise(fd,0,0,os.POSIX_FADV_DONTNEED); os.close(fd)';
  const ran = spawnSync(python, ['-c', code], { input: files.join('\n'), encoding: 'utf8' });
  if (ran.status !== 0)
    throw errors.readerFailed('page cache', ran.stderr.trim().split('\n').at(-1) ?? '');
}
