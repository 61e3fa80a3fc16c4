/** @file `npm run bench -- <case> ...`, after the set-up. Run in the repository's root. */
import { join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import { checkCase, runCase } from './run-case.ts';
import { parseBenchArgs } from './parse-bench-args.ts';
import { hardware } from './report/hardware.ts';
import { hardwareText, profileText, resultTable } from './report/markdown.ts';
import { rowsOf } from './report/rows.ts';
import type { BenchRow } from './report/rows.ts';
import { writeResults } from './report/write-results.ts';
import { ensureTorch } from './torch/ensure-torch.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  if (given[0] === 'data') {
    const { parseDataArgs, runDataBench } = await import('./data/run-data-bench.ts');
    return runDataBench(parseDataArgs(given.slice(1)), say);
  }
  const args = parseBenchArgs(given);
  const { python, torch } = ensureTorch(process.env, say);
  say(`${hardwareText(hardware())}; PyTorch ${torch}`);
  const facts = {
    case: args.case,
    date: new Date().toISOString(),
    hardware: hardware(),
    command: `npm run bench -- ${given.join(' ')}`,
  };
  const rows: BenchRow[] = [];
  for (const size of args.sizes) {
    const request = { ...args, size, python, log: say };
    if (args.check) {
      const differences = Object.entries(await checkCase(request));
      say(
        `${size}: ${differences.map(([side, by]) => `${side} differs by ${by.toExponential(1)}`).join(', ')}`,
      );
      continue;
    }
    const result = await runCase(request);
    const fresh = rowsOf(result, facts);
    rows.push(...fresh);
    writeResults(join(process.cwd(), 'docs'), fresh); // each size at once: a later one may fail
    if (result.profile.length > 0) say(`\n${profileText(result.profile)}`);
  }
  if (args.check) return;
  say(`\n${resultTable(rows)}\n\nwritten: docs/benchmarks.md, docs/benchmarks.json`);
}

try {
  await main();
} catch (error) {
  if (!isCoded(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
