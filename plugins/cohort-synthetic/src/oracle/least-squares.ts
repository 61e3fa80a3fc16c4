/** @file Least squares with several outputs, by the normal equations. */

const get = (m: Float64Array, at: number) => m[at] as number;

/** Rows of `x` are centred and scaled features; `y` centred outputs. */
export class LeastSquares {
  readonly #features: number;
  readonly #outputs: number;
  readonly #xx: Float64Array;
  readonly #xy: Float64Array;
  constructor(features: number, outputs: number) {
    this.#features = features;
    this.#outputs = outputs;
    this.#xx = new Float64Array(features * features);
    this.#xy = new Float64Array(features * outputs);
  }

  add(x: Float64Array, y: Float64Array): void {
    const [f, o, xx, xy] = [this.#features, this.#outputs, this.#xx, this.#xy];
    for (let i = 0; i < f; i++) {
      const xi = x[i] as number;
      if (xi === 0) continue;
      for (let j = 0, at = i * f; j <= i; j++, at++) {
        xx[at] = (xx[at] as number) + xi * (x[j] as number);
      }
      for (let k = 0, at = i * o; k < o; k++, at++) {
        xy[at] = (xy[at] as number) + xi * (y[k] as number);
      }
    }
  }

  /** Coefficients [features, outputs], by Cholesky. `ridge` of each feature in rows of unit variance. */
  solve(ridge: (feature: number) => number): Float64Array {
    const [f, o] = [this.#features, this.#outputs];
    const lower = this.#xx.slice();
    const b = this.#xy.slice();
    for (let i = 0; i < f; i++) {
      lower[i * f + i] = get(lower, i * f + i) + ridge(i);
      for (let j = 0; j <= i; j++) {
        let sum = get(lower, i * f + j);
        for (let k = 0, a = i * f, b = j * f; k < j; k++, a++, b++) {
          sum -= (lower[a] as number) * (lower[b] as number);
        }
        lower[i * f + j] = i === j ? Math.sqrt(sum) : sum / get(lower, j * f + j);
      }
    }
    // Forward and back, all outputs together: rows of b are contiguous.
    for (let i = 0; i < f; i++) {
      for (let k = 0; k < i; k++) subtractRow(b, o, i, k, get(lower, i * f + k));
      divideRow(b, o, i, get(lower, i * f + i));
    }
    for (let i = f - 1; i >= 0; i--) {
      for (let k = i + 1; k < f; k++) subtractRow(b, o, i, k, get(lower, k * f + i));
      divideRow(b, o, i, get(lower, i * f + i));
    }
    return b;
  }
}

function subtractRow(b: Float64Array, o: number, to: number, from: number, times: number): void {
  for (let c = 0, x = to * o, y = from * o; c < o; c++, x++, y++) {
    b[x] = (b[x] as number) - times * (b[y] as number);
  }
}
function divideRow(b: Float64Array, o: number, row: number, by: number): void {
  for (let c = 0, x = row * o; c < o; c++, x++) b[x] = (b[x] as number) / by;
}
