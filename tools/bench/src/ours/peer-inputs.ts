/** @file What the PyTorch program of each case is given beside the weights: arrays and settings. */
import { at } from '@dualbeat/core';
import type { HostArray, Named } from '@dualbeat/core';
import { sinCosPositions2d } from '@dualbeat/nn';
import { stageVariables } from '@dualbeat/training';
import { numberOf, optimizerSettings } from './build-case.ts';
import type { BenchStage } from './build-case.ts';
import { maskNoise } from './mask-noise.ts';
import { syntheticEcg, syntheticPhenotypes, syntheticVolumes } from './synthetic-batch.ts';

type Request = { readonly rows: number; readonly steps: number; readonly seed: number };
type PeerInputs = {
  readonly arrays: Named<HostArray>;
  readonly settings: { readonly [name: string]: unknown };
};

/** `ecg`, `noise` of the masks, position tables. */
export function ecgOptions(built: BenchStage, { rows, steps, seed }: Request): PeerInputs {
  const { modules, resolved, stage: name } = built;
  const stage = at(resolved.stages, name, 'stage');
  const encoder = at(modules.encoders, 'ecg');
  const { patch, grid, prefix } = encoder.tokens ?? noTokens();
  const tokens = grid.reduce((a, b) => a * b, 1);
  const decoder = at(stage.heads, 'decoder');
  const positions = (width: number): HostArray => ({
    shape: [prefix + tokens, width],
    data: sinCosPositions2d(grid as readonly [number, number], width, prefix),
  });
  const { params } = stageVariables(modules);
  const width = at(params, 'encoders/ecg/cls', 'parameter').shape[0] as number;
  return {
    arrays: {
      ecg: syntheticEcg(rows),
      noise: maskNoise({ seed, stage: name, steps, rows, tokens }),
      encoderPositions: positions(width),
      decoderPositions: positions(numberOf(decoder, 'width')),
    },
    settings: {
      heads: encoder.attention?.heads,
      decoderHeads: numberOf(decoder, 'heads'),
      patch: patch.reduce((a, b) => a * b, 1),
      keep: Math.trunc(tokens * (1 - numberOf(stage.task, 'maskRatio'))),
      correlationWeight: numberOf(stage.loss, 'correlationWeight'),
      ...optimizerSettings(built),
    },
  };
}

/** `volume` [rows, slices, height, width, 1] and `phenotypes` [rows, 3]. */
export function cmrOptions(built: BenchStage, { rows }: Request): PeerInputs {
  return {
    arrays: { volume: syntheticVolumes(rows), phenotypes: syntheticPhenotypes(rows) },
    settings: optimizerSettings(built),
  };
}

function noTokens(): never {
  throw new Error('the encoder of the benchmark has tokens');
}
