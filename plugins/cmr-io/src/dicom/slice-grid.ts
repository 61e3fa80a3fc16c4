/** @file Images of one plane to slices along the normal. */
import type { DicomImage } from './dicom-image.ts';

export type SlicedImage = { readonly image: DicomImage; readonly slice: number };
export type SliceGrid = {
  readonly images: readonly SlicedImage[];
  /** mm along the normal, ascending, missing slices included. */
  readonly positions: readonly number[];
  readonly spacing: number;
  /** Patient mm of the first pixel of slice 0, and from slice to slice. */
  readonly origin: readonly number[];
  readonly step: readonly number[];
};

/** mm: images nearer than this are of one slice. */
const SAME = 0.5;
/** Largest gap that is filled with missing slices. */
const MOST_MISSING = 10;

/**
 * Slices by position along the normal. The spacing is the median of the distances; a distance of about k spacings stands for
 * k - 1 missing slices, which are in `positions` with no image. Distances that fit no multiple are kept as they are and flagged.
 */
export function slicesOf(images: readonly DicomImage[], flags: string[]): SliceGrid {
  const [first] = images as readonly [DicomImage];
  const normal = cross(first.orientation.slice(0, 3), first.orientation.slice(3));
  const along = (image: DicomImage) =>
    normal.reduce((sum, value, i) => sum + value * (image.position[i] as number), 0);
  const sorted = images
    .map((image) => ({ image, at: along(image) }))
    .sort((a, b) => a.at - b.at || (a.image.instance ?? 0) - (b.image.instance ?? 0));
  const found: { at: number; images: DicomImage[] }[] = [];
  for (const { image, at } of sorted) {
    const last = found.at(-1);
    if (last !== undefined && at - last.at < SAME) last.images.push(image);
    else found.push({ at, images: [image] });
  }
  const distances = found.slice(1).map(({ at }, i) => at - (found[i] as { at: number }).at);
  const alone = first.spacingBetweenSlices ?? first.thickness ?? 1;
  const spacing = distances.length === 0 ? (alone > 0 ? alone : 1) : median(distances);
  const positions: number[] = [];
  const sliced: SlicedImage[] = [];
  let [missing, uneven] = [0, 0];
  found.forEach(({ at, images: own }, i) => {
    const distance = i === 0 ? spacing : (distances[i - 1] as number);
    const steps = Math.round(distance / spacing);
    const fits = Math.abs(distance - steps * spacing) < 0.2 * spacing;
    if (!fits) uneven++;
    else if (steps > 1 && steps <= MOST_MISSING + 1) {
      const before = positions.at(-1) as number;
      for (let k = 1; k < steps; k++) positions.push(before + (distance * k) / steps);
      missing += steps - 1;
    }
    for (const image of own) sliced.push({ image, slice: positions.length });
    positions.push(at);
  });
  if (missing > 0) flags.push(`missing slices: ${missing}`);
  if (uneven > 0) flags.push(`uneven slice spacing: ${uneven} distances`);
  const bottom = (found[0] as { images: DicomImage[] }).images[0] as DicomImage;
  return {
    images: sliced,
    positions,
    spacing: round(spacing),
    origin: bottom.position,
    step: normal.map((value) => value * spacing),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  const at = (list: readonly number[], i: number) => list[i % 3] as number;
  return [0, 1, 2].map((i) => at(a, i + 1) * at(b, i + 2) - at(a, i + 2) * at(b, i + 1));
}

/** To a micrometre: positions of neighbouring slices differ in the last digits. */
const round = (value: number) => Math.round(value * 1e3) / 1e3;
