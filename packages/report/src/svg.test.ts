import fc from 'fast-check';
import { expect, test } from 'vitest';
import { el, escapeXml, linePath, renderSvg, rounded, svgDocument } from './svg.ts';
import { svgToPng } from './svg-to-png.ts';

test('markup: attributes rounded and escaped, empty ones left out, children nested', () => {
  const node = el(
    'g',
    { fill: '"<&>\'', x: 1 / 3, y: -0.0001, z: undefined, r: Number.NaN },
    el('path', { d: 'M0 0' }),
    'a < b',
  );
  expect(renderSvg(node)).toBe(
    '<g fill="&quot;&lt;&amp;&gt;&#39;" x="0.333" y="0"><path d="M0 0"/>a &lt; b</g>',
  );
});

test('a path lifts the pen at gaps and draws lone points', () => {
  expect(linePath([0, 1, 2, 3, 4, 5], [0, 1, NaN, 3, NaN, 5])).toBe('M0 0L1 1M3 3h0M5 5h0');
  expect(linePath([], [])).toBe('');
});

test('numbers are rounded to a thousandth', () => {
  expect([1.23456, -0.0004, 1e6, 2].map(rounded)).toEqual(['1.235', '0', '1000000', '2']);
});

const anyText = fc.string({ unit: 'binary', maxLength: 20 });

test('escaped text holds no markup, and is well-formed', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(escapeXml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)|\p{Surrogate}/u);
    }),
  );
  expect(escapeXml('a\ud800b\u0001')).toBe('a\ufffdb');
});

test('any text gives a document that the renderer reads', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const svg = svgDocument({
        width: 20,
        height: 10,
        unit: 'px',
        title: text,
        children: [el('text', { x: 0, y: 8, 'data-note': text }, text)],
      });
      expect(svgToPng(svg).subarray(1, 4)).toEqual(new TextEncoder().encode('PNG'));
    }),
    { numRuns: 10 },
  );
});
