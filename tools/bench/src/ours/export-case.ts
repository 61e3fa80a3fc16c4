/** @file What the other side starts from, as files: weights, batch, mask noise, position tables. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '@dualbeat/core';
import type { HostArray } from '@dualbeat/core';
import { sinCosPositions2d, writeSafetensors } from '@dualbeat/nn';
import type { SafeTensorInput } from '@dualbeat/nn';
import { countValues, initialise, stageVariables } from '@dualbeat/training';
import type { CaseOptions } from '../case-options.ts';
import { buildCase, settingsOf, STAGE } from './build-case.ts';
import { maskNoise } from './mask-noise.ts';
import { syntheticBatch } from './synthetic-batch.ts';

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
  const built = await buildCase(options.set);
  const { params } = stageVariables(built.modules);
  const { seed } = built.resolved;
  const { grid, prefix, tokens, decoderWidth, ...settings } = settingsOf(built);
  const decayed = Object.keys(params).filter((name) => params[name]?.decay);
  const initial = Object.entries(initialise(params, seed));
  const weights = join(folder, 'weights.safetensors');
  writeFileSync(
    weights,
    writeSafetensors(Object.fromEntries(initial.map(([name, array]) => [name, tensor(array)])), {
      decayed: JSON.stringify(decayed),
    }),
  );
  const positions = (width: number): SafeTensorInput => {
    const data = sinCosPositions2d(grid as readonly [number, number], width, prefix);
    return tensor({ shape: [prefix + tokens, width], data });
  };
  const width = at(params, 'encoders/ecg/cls', 'parameter').shape[0] as number;
  const noise = maskNoise({ seed, stage: STAGE, steps, rows: options.batch, tokens });
  const data = join(folder, 'data.safetensors');
  writeFileSync(
    data,
    writeSafetensors({
      ecg: tensor(syntheticBatch(options.batch)),
      noise: tensor(noise),
      encoderPositions: positions(width),
      decoderPositions: positions(decoderWidth),
    }),
  );
  const keep = Math.trunc(tokens * (1 - settings.maskRatio));
  return { weights, data, steps, parameters: countValues(params), options: { ...settings, keep } };
}

const tensor = ({ shape, data }: HostArray): SafeTensorInput => ({ dtype: 'F32', shape, data });
