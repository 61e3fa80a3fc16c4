/** @file Embeddings as rows of numbers, and the checks that their metrics share. */
import { embeddingShape } from '../errors.ts';
import { undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

/** Shape [rows, width], row-major. */
export type Embeddings = { readonly values: Values; readonly width: number };

/** Number of rows. Errors: E_EVALUATION_EMBEDDINGS where the values do not fill whole rows. */
export function rowsOf(metric: string, { values, width }: Embeddings): number {
  const rows = values.length / width;
  if (!(Number.isInteger(width) && width > 0 && Number.isInteger(rows)))
    throw embeddingShape(metric, values.length, width);
  return rows;
}

/** Why these embeddings cannot be used; undefined if they can. Errors: E_EVALUATION_EMBEDDINGS. */
export function refuseEmbeddings(
  metric: string,
  embeddings: Embeddings,
  least: number,
): Undefined | undefined {
  if (rowsOf(metric, embeddings) < least)
    return undefinedBecause(`there are fewer than ${least} embeddings`);
  const { values } = embeddings;
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) return undefinedBecause('an embedding is not finite');
  return undefined;
}

/** Rows of length 1; why not, where a row is zero. */
export function normalised({ values, width }: Embeddings): Float64Array | Undefined {
  const out = Float64Array.from(values);
  for (let start = 0; start < out.length; start += width) {
    let squares = 0;
    for (let j = start; j < start + width; j++) squares += (out[j] as number) ** 2;
    if (squares === 0) return undefinedBecause('an embedding is zero');
    const length = Math.sqrt(squares);
    for (let j = start; j < start + width; j++) out[j] = (out[j] as number) / length;
  }
  return out;
}

/** Columns of mean 0. */
export function centred({ values, width }: Embeddings): Float64Array {
  const out = Float64Array.from(values);
  const rows = out.length / width;
  for (let j = 0; j < width; j++) {
    let mean = 0;
    for (let i = j; i < out.length; i += width) mean += (out[i] as number) / rows;
    for (let i = j; i < out.length; i += width) out[i] = (out[i] as number) - mean;
  }
  return out;
}

/** Scalar product of row `i` of `a` and row `j` of `b`. */
export function dot(a: Values, i: number, b: Values, j: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++)
    sum += (a[i * width + k] as number) * (b[j * width + k] as number);
  return sum;
}
