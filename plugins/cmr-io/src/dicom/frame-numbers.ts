/** @file The place of each image in the heart cycle. */
import type { DicomImage } from './dicom-image.ts';
import type { SlicedImage } from './slice-grid.ts';

export type FramedImage = SlicedImage & { readonly frame: number };

/**
 * Where the scanner tells the length of the cycle, the frame is the instance number less 1, modulo it: right for one series of
 * all slices and for one series per slice, also where frames are missing. Where that puts two images of a series into one
 * place, or a later one before an earlier, or the length is not told, frames are ranked by trigger time (then instance
 * number) within each slice. Of a slice acquired in several series the latest one counts.
 */
export function frameNumbersOf(
  images: readonly SlicedImage[],
  flags: string[],
): { readonly images: readonly FramedImage[]; readonly cycle: number } {
  const bySlice = new Map<number, SlicedImage[]>();
  for (const one of images) bySlice.set(one.slice, [...(bySlice.get(one.slice) ?? []), one]);
  let repeated = 0;
  for (const [slice, own] of bySlice) {
    const latest = own.reduce((a, b) => (later(b.image, a.image) ? b : a)).image.series;
    const kept = own.filter(({ image }) => image.series === latest);
    repeated += own.length - kept.length;
    bySlice.set(slice, kept.sort(inTime));
  }
  const told = [...bySlice.values()].flat();
  const cycle = told[0]?.image.cycle ?? null;
  const byInstance =
    cycle === null || told.some(({ image }) => image.cycle !== cycle)
      ? null
      : [...bySlice.values()].map((own) => byInstanceOf(own, cycle));
  let framed: FramedImage[][];
  if (byInstance !== null && byInstance.every((own) => own !== null)) framed = byInstance;
  else {
    framed = [...bySlice.values()].map((own) => own.map((one, frame) => ({ ...one, frame })));
    if (new Set(framed.map(({ length }) => length)).size > 1)
      flags.push('frames ranked by trigger time: slices have different numbers of them');
  }
  if (repeated > 0) flags.push(`left out: ${repeated} images of slices acquired again`);
  const most = Math.max(...framed.flat().map(({ frame }) => frame + 1));
  return { images: framed.flat(), cycle: Math.max(cycle ?? 0, most) };
}

/** Null where instance numbers do not tell the frame. `own`: in time. */
function byInstanceOf(own: readonly SlicedImage[], cycle: number): FramedImage[] | null {
  const framed: FramedImage[] = [];
  for (const one of own) {
    const { instance } = one.image;
    if (instance === null || !Number.isInteger(instance) || instance < 1) return null;
    const frame = (instance - 1) % cycle;
    const before = framed.at(-1);
    if (before !== undefined && before.frame >= frame) return null;
    framed.push({ ...one, frame });
  }
  return framed;
}

function inTime({ image: a }: SlicedImage, { image: b }: SlicedImage): number {
  const times = a.triggerTime !== null && b.triggerTime !== null;
  return (
    (times ? (a.triggerTime as number) - (b.triggerTime as number) : 0) ||
    (a.instance ?? 0) - (b.instance ?? 0)
  );
}

const later = (a: DicomImage, b: DicomImage) =>
  a.seriesNumber > b.seriesNumber || (a.seriesNumber === b.seriesNumber && a.series > b.series);
