/** @file A small NIfTI-1 file of int16 values. */

export type NiftiOptions = {
  readonly extents: readonly number[];
  /** mm per axis, then ms per frame. */
  readonly spacing?: readonly number[];
  readonly value?: (i: number) => number;
  readonly little?: boolean;
  readonly slope?: number;
  readonly intercept?: number;
  /** Of NIfTI: 4 int16, 16 float32, 2 uint8. */
  readonly type?: 2 | 4 | 16 | 128;
};

export function makeNifti(of: NiftiOptions): Uint8Array {
  const { extents, spacing = [2, 1.5, 8, 30], value = (i) => i, little = true, type = 4 } = of;
  const count = extents.reduce((a, b) => a * b, 1);
  const width = { 2: 1, 4: 2, 16: 4, 128: 3 }[type];
  const bytes = new Uint8Array(352 + count * width);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, little);
  view.setInt16(40, extents.length, little);
  for (let i = 0; i < 7; i++) view.setInt16(42 + 2 * i, extents[i] ?? 1, little);
  view.setInt16(70, type, little);
  view.setInt16(72, 8 * width, little);
  view.setFloat32(76, 1, little);
  for (let i = 0; i < 4; i++) view.setFloat32(80 + 4 * i, spacing[i] ?? 1, little);
  view.setFloat32(108, 352, little);
  view.setFloat32(112, of.slope ?? 0, little);
  view.setFloat32(116, of.intercept ?? 0, little);
  bytes[123] = 2 | 16; // mm, ms
  view.setInt16(254, 1, little);
  // Rows of the affine: right, anterior, superior from column, row, slice.
  [-(spacing[0] as number), 0, 0, 5].forEach((v, i) => view.setFloat32(280 + 4 * i, v, little));
  [0, -(spacing[1] as number), 0, 6].forEach((v, i) => view.setFloat32(296 + 4 * i, v, little));
  [0, 0, spacing[2] as number, 7].forEach((v, i) => view.setFloat32(312 + 4 * i, v, little));
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // 'n+1'
  for (let i = 0; i < count; i++) {
    if (type === 4) view.setInt16(352 + 2 * i, value(i), little);
    else if (type === 16) view.setFloat32(352 + 4 * i, value(i), little);
    else bytes[352 + i * width] = value(i);
  }
  return bytes;
}
