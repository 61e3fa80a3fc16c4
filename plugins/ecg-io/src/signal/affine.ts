/** @file Shift and scale of a record. */

/** (x - `shift`) * `scale` + `offset`, computed in float64. */
export function affine(x: Float32Array, shift: number, scale: number, offset = 0): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) out[i] = ((x[i] as number) - shift) * scale + offset;
  return out;
}
