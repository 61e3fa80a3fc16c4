/** @file From a view to the tokens that enter the first block. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { linear, scope } from '@dualbeat/nn';
import { patchify, patchSize, tokenCount } from '../patches.ts';
import type { PatchGrid } from '../patches.ts';

/**
 * x [B, leads, samples] -> [B, 1 + M, D]: cls, then the patches with positions. Tokens that are not in `keep`
 * (int32 [B, M]) are left out before the projection, so no work is done for them.
 * @param positions [1 + N, D], row 0 for cls
 */
export function embed(
  tf: Ops,
  params: Named,
  x: Tensor,
  grid: PatchGrid,
  positions: Tensor,
  keep?: Tensor,
): Tensor {
  const batch = x.shape[0] as number;
  const width = positions.shape[1] as number;
  const count = tokenCount(grid);
  const patches = tf.reshape(patchify(tf, x, grid), [batch, count, patchSize(grid)]);
  const ofPatches = tf.slice(positions, [1, 0], [count, width]);
  const projection = scope(params, 'patch');
  const tokens =
    keep === undefined
      ? tf.add(linear(tf, projection, patches), ofPatches)
      : tf.add(linear(tf, projection, tf.takeRows(patches, keep)), rowsOf(tf, ofPatches, keep));
  const cls = tf.add(at(params, 'cls', 'parameter'), tf.slice(positions, [0, 0], [1, width]));
  // Broadcast by addition: the gradient is one sum, where that of a tile is one slice per sample.
  return tf.concat([tf.add(tf.zeros([batch, 1, width]), cls), tokens], 1);
}

/** table [N, D], index int32 [B, M] -> [B, M, D]. */
function rowsOf(tf: Ops, table: Tensor, index: Tensor): Tensor {
  const [count, width] = table.shape as [number, number];
  const [batch, taken] = index.shape as [number, number];
  const rows = tf.takeRows(
    tf.reshape(table, [1, count, width]),
    tf.reshape(index, [1, batch * taken]),
  );
  return tf.reshape(rows, [batch, taken, width]);
}
