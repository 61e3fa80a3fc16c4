/** @file The programs of the sides. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CaseOptions } from './case-options.ts';
import type { ExportedCase } from './ours/export-case.ts';
import type { SideProgram } from './side/open-side.ts';

export const torchModes = ['eager', 'compile'] as const;
export type TorchMode = (typeof torchModes)[number];
/** Whether hidden patches are dropped before or after the patch embedding; the faster is taken. */
export const gatherPlaces = ['before', 'after'] as const;
export type GatherPlace = (typeof gatherPlaces)[number];

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
  of: { readonly mode: TorchMode; readonly gather: GatherPlace; readonly compileCache: string },
): SideProgram {
  const { mode, gather, compileCache } = of;
  const script = join(dirname(dirname(here)), 'python', 'ecg_mae.py');
  const options = { ...exported.options, mode, gather, threads: availableParallelism() };
  return {
    name: `pytorch ${mode}`,
    command: python,
    args: [script, exported.weights, exported.data, JSON.stringify(options)],
    env: { TORCHINDUCTOR_CACHE_DIR: compileCache },
  };
}
