/** @file What the other side starts from, as files: weights and data. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostArray } from '@dualbeat/core';
import { writeSafetensors } from '@dualbeat/nn';
import type { SafeTensorInput } from '@dualbeat/nn';
import { countValues, initialise, stageVariables } from '@dualbeat/training';
import type { CaseOptions } from '../case-options.ts';
import { buildCase } from './build-case.ts';
import { cmrOptions, ecgOptions } from './peer-inputs.ts';

export type ExportedCase = {
  readonly weights: string;
  readonly data: string;
  /** Steps for which there is noise. */
  readonly steps: number;
  readonly parameters: number;
  /** Of the PyTorch side; the rest is in the files. */
  readonly options: { readonly [name: string]: unknown };
};

/** Writes `weights.safetensors` (its metadata lists the names that decay) and `data.safetensors` into `folder`. */
export async function exportCase(
  options: CaseOptions,
  steps: number,
  folder: string,
): Promise<ExportedCase> {
  const built = await buildCase(options);
  const { params } = stageVariables(built.modules);
  const { seed } = built.resolved;
  const decayed = Object.keys(params).filter((name) => params[name]?.decay);
  const initial = Object.entries(initialise(params, seed));
  const weights = join(folder, 'weights.safetensors');
  writeFileSync(
    weights,
    writeSafetensors(Object.fromEntries(initial.map(([name, array]) => [name, tensor(array)])), {
      decayed: JSON.stringify(decayed),
    }),
  );
  const peer = options.case === 'ecg-mae' ? ecgOptions : cmrOptions;
  const { arrays, settings } = peer(built, { rows: options.batch, steps, seed });
  const data = join(folder, 'data.safetensors');
  const tensors = Object.entries(arrays).map(([name, array]) => [name, tensor(array)]);
  writeFileSync(data, writeSafetensors(Object.fromEntries(tensors)));
  return { weights, data, steps, parameters: countValues(params), options: settings };
}

const tensor = ({ shape, data }: HostArray): SafeTensorInput => ({ dtype: 'F32', shape, data });
