/** @file The stage that is timed, made from its experiment file as `dualbeat run` makes it. */
import { fileURLToPath } from 'node:url';
import { at, loadExperiment } from '@dualbeat/core';
import type { Named, ResolvedExperiment, TargetSpec, ViewSpec } from '@dualbeat/core';
import { alwaysPlugins, buildStage } from '@dualbeat/experiment';
import type { BuiltStage } from '@dualbeat/experiment';
import type { BenchCase } from '../cases.ts';
import type { CaseOptions } from '../case-options.ts';

export const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
export const samples = 5000;
/** Slices, rows, columns, channels of the paper's volumes. */
export const volume = [6, 85, 92, 1] as const;

/** 12 leads x 10 s at 500 Hz. */
const ecg: ViewSpec = {
  shape: [leads.length, samples],
  dtype: 'float32',
  axes: [
    { name: 'lead', labels: leads },
    { name: 'time', spacing: 1 / 500, unit: 's' },
  ],
  unit: 'mV',
};
const ed: ViewSpec = {
  shape: [...volume],
  dtype: 'float32',
  axes: [{ name: 'slice' }, { name: 'row' }, { name: 'column' }, { name: 'channel' }],
  unit: 'a.u.',
};
/** Of mean 0 and deviation 1, so that both sides see the same numbers. */
const ed3: TargetSpec = {
  shape: [3],
  dtype: 'float32',
  type: 'number',
  names: ['LVEDV', 'LVM', 'RVEDV'],
  units: ['mL', 'g', 'mL'],
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

type Stage = {
  readonly file: string;
  readonly stage: string;
  readonly views: Named<ViewSpec>;
  readonly targets: Named<TargetSpec>;
};
const stages: { readonly [name in BenchCase]: Stage } = {
  'ecg-mae': { file: 'ecg-mae.yaml', stage: 'mae', views: { ecg }, targets: {} },
  'cmr-cnn3d': { file: 'cmr-cnn3d.yaml', stage: 'phenotypes', views: { ed }, targets: { ed3 } },
};

export type BenchStage = BuiltStage & {
  readonly resolved: ResolvedExperiment;
  readonly stage: string;
};

/** Errors: E_EXPERIMENT_..., E_COMPONENT_... */
export async function buildCase(options: Pick<CaseOptions, 'case' | 'set'>): Promise<BenchStage> {
  const { file: name, stage, views, targets } = stages[options.case];
  const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  const { set } = options;
  const { resolved, host } = await loadExperiment({ file, set, always: alwaysPlugins });
  try {
    const built = await buildStage(host, resolved, stage, { targets }, views);
    return { ...built, resolved, stage };
  } finally {
    host.close();
  }
}

/** Of a component with numbers as options. */
export const numberOf = (of: { readonly options: object }, name: string): number =>
  (of.options as Record<string, number>)[name] as number;

/** What both sides tell AdamW. */
export function optimizerSettings({ resolved, stage: name }: BenchStage) {
  const { optimizer, schedule } = at(resolved.stages, name, 'stage');
  const { betas } = optimizer.options as { betas: readonly [number, number] };
  return {
    learningRate: numberOf(schedule, 'value'),
    betas,
    epsilon: numberOf(optimizer, 'epsilon'),
    weightDecay: numberOf(optimizer, 'weightDecay'),
  };
}
