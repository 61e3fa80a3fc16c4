/** @file Fits the transforms of the views once, on the training part, and keeps the result in the stage's folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cohort, Named } from '@dualbeat/core';
import { at } from '@dualbeat/core';
import { fitTransforms } from '@dualbeat/data';
import { writeAtomic } from '@dualbeat/runs';
import type { OpenView } from './open-data.ts';

/** Rows that are read at once while fitting. */
const pieceRows = 32;

/** What each transform of each view fitted; read from `<folder>/fitted.json` where an earlier start wrote it. */
export async function fitViews(
  cohort: Cohort,
  views: Named<OpenView>,
  seed: number,
  folder: string,
): Promise<Named<readonly unknown[]>> {
  const file = join(folder, 'fitted.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Named<readonly unknown[]>;
  const training = await cohort.rows('train');
  const fitted: { [view: string]: readonly unknown[] } = {};
  for (const [name, view] of Object.entries(views)) {
    const wanted = view.chain.some(({ transform }) => transform.fit !== undefined);
    fitted[name] = wanted
      ? (await fitTransforms(view.chain, () => rowsOf(cohort, view, training), seed)).map(
          (link) => link.fitted,
        )
      : view.chain.map(() => null);
  }
  await writeAtomic(file, `${JSON.stringify(fitted, null, 2)}\n`);
  return fitted;
}

async function* rowsOf(
  cohort: Cohort,
  view: OpenView,
  rows: Int32Array,
): AsyncGenerator<{ row: number; values: Float32Array }> {
  const size = view.source.shape.reduce((a, b) => a * b, 1);
  for (let start = 0; start < rows.length; start += pieceRows) {
    const piece = rows.subarray(start, start + pieceRows);
    const { values, present } = at(await cohort.read(piece, [view.from]), view.from);
    for (let i = 0; i < piece.length; i++) {
      if (present.data[i] !== 1) continue;
      const data = values.data.subarray(i * size, (i + 1) * size) as Float32Array;
      yield { row: piece[i] as number, values: data };
    }
  }
}
