/** @file docs/benchmarks.md, made from the rows alone. */
import type { ProfileRow } from '../profile/profile-of.ts';
import { busyLimit } from './busy-cores.ts';
import type { Hardware } from './hardware.ts';
import type { BenchRow } from './rows.ts';
import { table } from './table.ts';

/** Profile rows that are shown one by one. */
const profileLines = 14;

export function resultTable(rows: readonly BenchRow[]): string {
  const number = (value: number | null, digits: number): string =>
    value === null ? '' : value.toFixed(digits);
  return table(
    [
      'size',
      'side',
      'records/s',
      'peak memory',
      'first step',
      'against',
      'ratio [95 %]',
      'memory ratio',
    ],
    rows.map((row) => [
      row.size,
      row.judged ? 'Dualbeat, tf, compiled' : row.runtime,
      number(row.recordsPerSecond, 2),
      `${(row.peakBytes / 1e9).toFixed(2)} GB`,
      `${number(row.firstStepSeconds, 1)} s`,
      row.peer ?? '',
      row.ratio === null
        ? ''
        : `${number(row.ratio, 2)} [${number(row.ratioLow, 2)}, ${number(row.ratioHigh, 2)}]`,
      number(row.memoryRatio, 2),
    ]),
  );
}

export function markdown(rows: readonly BenchRow[]): string {
  const sections = [...groups(rows)].map((group) => sectionOf(group));
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const intro = `# Benchmarks

This file is written by \`npm run bench\`, from \`docs/benchmarks.json\`, which also keeps every raw time.

## What is compared

The case \`ecg-mae\`: one training step of ECG masked autoencoding (12 leads x 10 s at 500 Hz, patches of 1 lead x 100
samples, 70 % hidden; forward, backward, AdamW). Our side is the compiled step that \`dualbeat run\` trains with, called the same way:
the batch is uploaded, and loss and gradient norm are read at every step. PyTorch's side is \`tools/bench/python/ecg_mae.py\`:
scaled_dot_product_attention, fused AdamW, hidden patches dropped before the encoder, eager and under \`torch.compile\` in its
default mode. Both compute in float32, on all cores, from the same weights, batch and masks; the losses of the first three steps must
agree to 1e-3 before anything is timed. Our step does a little more: it computes the gradient's norm, and keeps the old state where
loss or gradient are not finite.

The case \`cmr-cnn3d\`: one training step of the paper's CMR network (slow_r50, 6 slices of 85 x 92, three phenotypes, batch normalisation
over the batch; forward, backward, AdamW). PyTorch's side is \`tools/bench/python/cmr_cnn3d.py\`, in the faster of contiguous and
channels_last_3d layout. Blocks start as the identity, so that rounding does not grow before the losses are compared.

Each side is a process of its own, which sleeps while another has its turn. After a warm-up they run in turns, in changing
order. Records/s come from the median over the rounds. The ratio is ours over the faster PyTorch mode: above 1 we are
faster; its interval is a bootstrap over the rounds. Peak memory is the largest resident memory of the process from its start
(libraries and initialisation included, helper processes of torch.compile not). The first step includes tracing and compiling, from
a cold cache, and not the start of the process.`;

function groups(rows: readonly BenchRow[]): Iterable<readonly BenchRow[]> {
  const by = new Map<string, BenchRow[]>();
  for (const row of rows) {
    const key = `${row.case} ${row.device} ${row.date} ${row.command}`;
    by.set(key, [...(by.get(key) ?? []), row]);
  }
  return by.values();
}

function sectionOf(rows: readonly BenchRow[]): string {
  const [first] = rows as readonly [BenchRow];
  const versions = Object.assign({}, ...rows.map((row) => row.versions)) as BenchRow['versions'];
  const judged = rows.filter((row) => row.judged);
  const rounds = judged.map(
    ({ size, raw }) =>
      `${size}: ${raw.secondsByRound.length} rounds of ${raw.secondsByRound[0]?.length} steps`,
  );
  return [
    `## ${first.case}, ${first.device}, ${first.date.slice(0, 10)}`,
    [
      `- Command: \`${first.command}\``,
      `- Hardware: ${hardwareText(first.hardware)}`,
      `- Versions: ${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
      `- Batch: ${first.batch} records; ${rounds.join('; ')}`,
    ].join('\n'),
    ...busyText(rows),
    resultTable(rows),
    notesOf(rows),
    ...judged.flatMap(({ size, profile }) =>
      profile === undefined
        ? []
        : [`### Where our step's time goes: ${size}`, profileText(profile)],
    ),
  ].join('\n\n');
}

function busyText(rows: readonly BenchRow[]): readonly string[] {
  const cores = Math.max(...rows.map((row) => row.othersBusy));
  return cores <= busyLimit
    ? []
    : [`**Not to be relied on:** other programs kept ${cores.toFixed(1)} cores busy meanwhile.`];
}

function notesOf(rows: readonly BenchRow[]): string {
  return rows
    .map((row) => {
      const difference =
        row.lossDifference === null
          ? []
          : [`losses differ by ${row.lossDifference.toExponential(1)}`];
      const facts = [
        `${row.parameters.toLocaleString('en')} parameters`,
        `ready to step after ${row.startSeconds.toFixed(1)} s`,
        ...difference,
        ...row.notes,
      ];
      return `- ${row.size}, ${row.runtime}: ${facts.join('; ')}.`;
    })
    .join('\n');
}

export function hardwareText({ cpu, cores, flags, memoryBytes, system }: Hardware): string {
  const gigabytes = (memoryBytes / 1e9).toFixed(0);
  return `${cpu}, ${cores} cores (${flags.join(', ')}), ${gigabytes} GB of memory, ${system}`;
}

export function profileText(profile: readonly ProfileRow[]): string {
  const total = profile.reduce((sum, row) => sum + row.ms, 0);
  const share = (ms: number): string => `${((100 * ms) / total).toFixed(1)} %`;
  const line = (name: string, rows: readonly ProfileRow[]): readonly string[] => {
    const ms = rows.reduce((sum, row) => sum + row.ms, 0);
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    return [name, String(count), ms.toFixed(1), share(ms)];
  };
  const rest = profile.slice(profileLines);
  return [
    'Each op timed alone, one after the other: their sum is larger than the step, where independent ops overlap.',
    table(
      ['op', 'count', 'ms', 'share'],
      [
        ...profile.slice(0, profileLines).map((row) => line(row.op, [row])),
        ...(rest.length === 0 ? [] : [line(`${rest.length} others`, rest)]),
        line(
          '**contractions, attention included**',
          profile.filter((row) => row.contraction),
        ),
        line(
          '**all else**',
          profile.filter((row) => !row.contraction),
        ),
        line('**all**', profile),
      ],
    ),
    ...partsText(profile),
  ].join('\n\n');
}

function partsText(profile: readonly ProfileRow[]): readonly string[] {
  const parts = profile.flatMap((row) => row.parts ?? []);
  if (parts.length === 0) return [];
  const rows = parts.map(({ contents, count, ms }) => [contents, String(count), ms.toFixed(1)]);
  return [
    'The slowest kinds of clusters, by the ops that they hold:',
    table(['ops', 'count', 'ms'], rows),
  ];
}
