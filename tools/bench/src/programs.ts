/** @file The programs of the sides. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CaseOptions } from './case-options.ts';
import { cases } from './cases.ts';
import type { BenchCase } from './cases.ts';
import type { ExportedCase } from './ours/export-case.ts';
import type { SideProgram } from './side/open-side.ts';

export const torchModes = ['eager', 'compile'] as const;
export type TorchMode = (typeof torchModes)[number];
const here = fileURLToPath(import.meta.url);

/** Our side: from the source where this is the source, else built. */
export function ourProgram(options: CaseOptions): SideProgram {
  const source = here.endsWith('.ts');
  const flags = source ? ['--conditions=@dualbeat/source', '--import', tsx()] : [];
  const main = join(dirname(here), 'ours', source ? 'main.ts' : 'main.js');
  const args = [...flags, main, JSON.stringify(options)];
  return { name: 'dualbeat', command: process.execPath, args };
}

/** By address, so that it is found from any working folder. */
const tsx = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** @param compileCache a folder of its own, so that torch.compile starts cold */
export function torchProgram(
  python: string,
  exported: ExportedCase,
  of: {
    readonly case: BenchCase;
    readonly mode: TorchMode;
    readonly choice: string;
    readonly compileCache: string;
  },
): SideProgram {
  const { mode, compileCache } = of;
  const { script: name, choice } = cases[of.case];
  const script = join(dirname(dirname(here)), 'python', name);
  const threads = availableParallelism();
  const options = { ...exported.options, mode, [choice.option]: of.choice, threads };
  return {
    name: `pytorch ${mode}`,
    command: python,
    args: [script, exported.weights, exported.data, JSON.stringify(options)],
    env: { TORCHINDUCTOR_CACHE_DIR: compileCache },
  };
}
