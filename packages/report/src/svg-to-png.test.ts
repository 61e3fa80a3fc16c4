import { expect, test } from 'vitest';
import { el, svgDocument } from './svg.ts';
import { svgToPng } from './svg-to-png.ts';

const drawing = (text: string) =>
  svgDocument({
    width: 40,
    height: 20,
    unit: 'mm',
    title: 't',
    children: [el('text', { x: 2, y: 12, 'font-size': 8 }, text)],
  });

/** Width and height from the PNG's header chunk. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

test('a PNG of the asked width, or of the own size at 96 dpi', () => {
  expect(sizeOf(svgToPng(drawing('V1'), { width: 400 }))).toEqual([400, 200]);
  expect(sizeOf(svgToPng(drawing('V1')))).toEqual([151, 76]); // 40 mm x 20 mm
});

test('text is drawn with the shipped font, the same picture each time', () => {
  const empty = svgToPng(drawing(''), { width: 400 });
  const lead = svgToPng(drawing('aVR µV ± − α'), { width: 400 });
  expect(lead.length).toBeGreaterThan(empty.length + 300);
  expect(svgToPng(drawing('aVR µV ± − α'), { width: 400 })).toEqual(lead);
});

test('characters that no shipped font has are no failure', () => {
  expect(sizeOf(svgToPng(drawing('记录 42'), { width: 400 }))).toEqual([400, 200]);
});

test('errors', () => {
  expect(() => svgToPng('<svg')).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_SVG_INVALID: the SVG cannot be read: SVG data parsing failed cause the document does not have a root node. Fix: check the figure that made it; text and attributes must be escaped.]`,
  );
  expect(() => svgToPng('')).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_SVG_INVALID: the SVG cannot be read: SVG data parsing failed cause the document does not have a root node. Fix: check the figure that made it; text and attributes must be escaped.]`,
  );
});
