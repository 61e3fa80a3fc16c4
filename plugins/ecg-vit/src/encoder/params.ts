/** @file Parameters of the ECG transformer, in the order in which they are counted. */
import {
  layerNormSpecs,
  linearSpecs,
  normal,
  prefixed,
  sinCosPositions2d,
  transformerSpecs,
} from '@dualbeat/nn';
import type { Specs } from '@dualbeat/nn';
import { patchSize, tokenCount } from '../patches.ts';
import type { PatchGrid } from '../patches.ts';
import type { EcgVitOptions } from './options.ts';
import type { VitSize } from './sizes.ts';

/**
 * `cls` [D], `positions` [1 + N, D] where learned, `patch` (the flattened kernel [leads * samples, D]), `blocks`,
 * `norm`, `head` and `fc-norm` where there are such.
 */
export function ecgVitSpecs(options: EcgVitOptions, size: VitSize, grid: PatchGrid): Specs {
  const { width } = size;
  const rows = 1 + tokenCount(grid);
  // The reference decays all but biases and gains, so cls and positions too.
  const positions = {
    shape: [rows, width],
    decay: true,
    init: () => sinCosPositions2d(grid.grid, width, 1),
  };
  return {
    cls: { shape: [width], decay: true, init: normal([width], 0.02) },
    ...(options.positions === 'learned' ? { positions } : {}),
    ...prefixed(linearSpecs({ in: patchSize(grid), out: width }), 'patch'),
    ...transformerSpecs({ ...size, mlpRatio: options.mlpRatio }),
    ...prefixed(layerNormSpecs(width), 'norm'),
    ...(options.classHead === undefined
      ? {}
      : prefixed(linearSpecs({ in: width, out: options.classHead }), 'head')),
    ...(options.pooling === 'mean' && options.poolingNorm === 'own'
      ? prefixed(layerNormSpecs(width), 'fc-norm')
      : {}),
  };
}
