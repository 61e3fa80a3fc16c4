/** @file A closed contour to the pixels inside. */

/** Points (x, y) in pixels; x counts columns, y rows, pixel centres at whole numbers. */
export type Contour = readonly (readonly [number, number])[];

/**
 * Sets pixels of `image` [rows, columns] to `label` whose centre lies inside (even-odd rule; points on the contour count on its lower and
 * right side only, so that two areas that share a border share no pixel).
 */
export function fillContour(
  contour: Contour,
  image: Float32Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  label: number,
): void {
  for (let row = 0; row < rows; row++) {
    const crossings: number[] = [];
    contour.forEach(([x1, y1], i) => {
      const [x0, y0] = contour[(i + contour.length - 1) % contour.length] as readonly [
        number,
        number,
      ];
      if (y0 <= row !== y1 <= row) crossings.push(x0 + ((row - y0) / (y1 - y0)) * (x1 - x0));
    });
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k] as number));
      for (let column = from; column < Math.min(columns, crossings[k + 1] as number); column++)
        image[row * columns + column] = label;
    }
  }
}
