import { at } from '@dualbeat/core';
import type { FigureInput, HostMasked, ViewSpec } from '@dualbeat/core';
import { svgToPng } from '@dualbeat/report';
import { inflateSync } from 'node:zlib';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { recordSignals } from './assemble.ts';
import { ecgReconstruction } from './ecg-reconstruction.ts';
import { layoutOf } from './layout.ts';
import { scaleFor } from './scale.ts';
import { keptPoints } from './simplify.ts';

const standard = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');

function view(
  labels: readonly string[],
  samples: number,
  samplingHz: number,
  unit = 'mV',
): ViewSpec {
  return {
    shape: [labels.length, samples],
    dtype: 'float32',
    axes: [
      { name: 'lead', labels },
      { name: 'time', spacing: 1 / samplingHz, unit: 's' },
    ],
    unit,
  };
}

/** Beats of one Gaussian a second, taller from lead to lead; every third token is hidden and predicted 10 % too low. */
function input(
  labels: readonly string[],
  seconds: number,
  samplingHz: number,
  patch = 0.2,
): FigureInput {
  const samples = seconds * samplingHz;
  const size = patch * samplingHz;
  const tokens = labels.length * (samples / size);
  const value = (i: number) => {
    const lead = Math.floor(i / samples);
    const t = ((i % samples) / samplingHz) % 1;
    return (0.2 + 0.1 * lead) * Math.exp(-(((t - 0.5) / 0.012) ** 2) / 2);
  };
  const masked = (scale: number, present: (token: number) => number): HostMasked => ({
    values: {
      shape: [2, tokens, size],
      data: Float32Array.from({ length: 2 * tokens * size }, (_, i) =>
        i < tokens * size ? scale * value(i) : 0,
      ),
    },
    present: {
      shape: [2, tokens],
      data: Uint8Array.from({ length: 2 * tokens }, (_, i) => (i < tokens ? present(i) : 0)),
    },
  });
  return {
    // The second row is padding.
    outputs: {
      original: masked(1, () => 1),
      reconstruction: masked(0.9, (t) => (t % 3 === 0 ? 1 : 0)),
    },
    ids: ['R<1>', 'padding'],
    view: view(labels, samples, samplingHz),
  };
}

async function draw(from: FigureInput, options: object = {}) {
  type Set = Parameters<typeof ecgReconstruction.create>[0];
  const set = Value.Default(ecgReconstruction.options, { ...options }) as Set;
  return (await ecgReconstruction.create(set, null)).draw(from);
}

/** The text of all elements of a class, or the path data of those in a group. */
const texts = (svg: string, name: string) =>
  [...svg.matchAll(new RegExp(`<text[^>]*class="${name}"[^>]*>([^<]*)`, 'g'))].map((m) => m[1]);
const paths = (svg: string, name: string) =>
  [
    ...(new RegExp(`<g[^>]*class="${name}"[^>]*>(.*?)</g>`).exec(svg)?.[1] ?? '').matchAll(
      / d="([^"]*)"/g,
    ),
  ].map((m) => m[1] as string);
const numbers = (svg: string, name: string, attribute: string) =>
  [
    ...(new RegExp(`<g[^>]*class="${name}"[^>]*>(.*?)</g>`).exec(svg)?.[1] ?? '').matchAll(
      new RegExp(` ${attribute}="([^"]*)"`, 'g'),
    ),
  ].map((m) => Number(m[1]));

test('3x4+1: structure, scale and scores of a 10 s twelve-lead record', async () => {
  const files = await draw(input(standard, 10, 500));
  expect(files.map(({ name, title }) => ({ name, title }))).toEqual([
    { name: 'ecg-reconstruction-1-R-1-', title: 'Original and reconstructed ECG, record R<1>' },
  ]);
  const svg = files[0]!.svg;
  expect(svg.slice(0, svg.indexOf('>') + 1)).toMatchInlineSnapshot(
    `"<svg xmlns="http://www.w3.org/2000/svg" width="275mm" height="122mm" viewBox="0 0 275 122" role="img" font-family="&#39;DejaVu Sans Condensed&#39;, &#39;Helvetica Neue&#39;, Arial, sans-serif">"`,
  );
  expect(texts(svg, 'lead')).toEqual([...'I aVR V1 V4 II aVL V2 V5 III aVF V3 V6 II'.split(' ')]);
  expect(texts(svg, 'scores')).toMatchInlineSnapshot(`
    [
      "Hidden samples: NMSE 0.010, correlation 1.000",
    ]
  `);
  expect(texts(svg, 'scale')).toEqual(['25 mm/s · 10 mm/mV']);
  expect(svg).toContain('Record R&lt;1&gt;');
  expect(svg).toContain('12 leads · 10 s · 500 Hz · 33 % of patches hidden');
  // One pulse a row, 5 mm wide and 10 mm tall.
  expect(svg.match(/class="calibration"/g)).toHaveLength(4);
  expect(svg.match(/h1v-10h5v10h1/g)).toHaveLength(4);
  expect(paths(svg, 'original')).toHaveLength(13);
  expect(paths(svg, 'reconstruction')).toHaveLength(13);
  expect(svg).not.toMatch(/\bid=|NaN|undefined|Infinity/);
});

test('time and voltage are to scale: a beat of lead V6 in millimetres', async () => {
  const [file] = await draw(input(standard, 10, 500), { layout: '12x1', show: 'all' });
  const points = (d: string) =>
    [...d.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])] as const);
  const lead = points(paths(file!.svg, 'original')[11]!);
  const top = lead.reduce((best, p) => (p[1] < best[1] ? p : best));
  const baseline = lead[0]![1];
  expect(lead[0]![0]).toBe(15);
  expect((top[0] - 15 - 12.5) % 25).toBeCloseTo(0, 6); // 0.5 s, then each second
  expect(baseline - top[1]).toBeCloseTo(13, 3); // 0.2 + 11 * 0.1 = 1.3 mV
  expect(baseline % 5).toBe(0); // on a thick line of the paper, which starts at 15 mm
  const predicted = points(paths(file!.svg, 'reconstruction')[11]!);
  expect(baseline - Math.min(...predicted.map((p) => p[1]))).toBeCloseTo(11.7, 2);
});

test('hidden patches are bands of 5 mm, and the reconstruction is drawn there alone', async () => {
  const from = input(standard, 10, 500);
  const [file] = await draw(from);
  const svg = file!.svg;
  const width = numbers(svg, 'hidden', 'width');
  const x = numbers(svg, 'hidden', 'x');
  // Lead I: tokens 0, 3, 6, 9, 12 of 12.5 lie in the first 2.5 s.
  expect(x.slice(0, 5)).toEqual([15, 30, 45, 60, 75]);
  expect(width.slice(0, 5)).toEqual([5, 5, 5, 5, 2.5]);
  const starts = [...paths(svg, 'reconstruction')[0]!.matchAll(/M([\d.]+)/g)].map((m) =>
    Number(m[1]),
  );
  expect(starts).toEqual([15, 30, 45, 60, 75]);
  const all = (await draw(from, { show: 'all' }))[0]!.svg;
  expect(paths(all, 'reconstruction')[0]!.match(/M/g)).toHaveLength(1);
});

test.each([
  ['one lead at 100 Hz', ['II'], 10, 100, ['II']],
  [
    'eight leads, 5 s',
    'I II V1 V2 V3 V4 V5 V6'.split(' '),
    5,
    500,
    'I V1 II V2 V3 V4 V5 V6'.split(' '),
  ],
  ['unknown names at 250 Hz', 'a b c d'.split(' '), 4, 250, 'a b c d'.split(' ')],
])('%s', async (_, labels, seconds, samplingHz, drawn) => {
  const [file] = await draw(input(labels, seconds, samplingHz));
  expect(texts(file!.svg, 'lead')).toEqual(drawn);
  expect(svgToPng(file!.svg, { width: 800 }).length).toBeGreaterThan(10_000);
});

/** Red, green and blue of a pixel: the RGBA bytes of the PNG, its row filters undone. */
function pixelsOf(png: Uint8Array): (x: number, y: number) => readonly [number, number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const name = Buffer.from(png.subarray(at + 4, at + 8)).toString();
    if (name === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * 4;
  const out = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const left = i >= 4 ? out[y * stride + i - 4]! : 0;
      const up = y > 0 ? out[(y - 1) * stride + i]! : 0;
      const corner = y > 0 && i >= 4 ? out[(y - 1) * stride + i - 4]! : 0;
      const p = left + up - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const guess = [0, left, up, (left + up) >> 1, paeth][filter!]!;
      out[y * stride + i] = raw[y * (stride + 1) + 1 + i]! + guess;
    }
  }
  return (x, y) =>
    [...out.subarray(y * stride + x * 4, y * stride + x * 4 + 3)] as [number, number, number];
}

test('PNG: bands, reconstruction and original have their colours where they belong', async () => {
  const [file] = await draw(input(standard, 10, 500), { layout: '12x1' });
  const at = pixelsOf(svgToPng(file!.svg, { width: 275 * 8 })); // 8 pixels per mm
  const blue = ([r, , b]: readonly number[]) => b! - r!;
  // Lead I: 15 to 20 mm is hidden, 20 to 30 mm is not; between the lines of the paper, 3.5 mm below the top.
  expect(blue(at(Math.round(18.5 * 8), Math.round(20.5 * 8)))).toBeGreaterThan(10);
  expect(blue(at(Math.round(23.5 * 8), Math.round(20.5 * 8)))).toBeLessThan(5);
  // Its baseline is blue where hidden, dark where not.
  const baseline = Number(/class="original"[^>]*><path d="M15 ([\d.]+)/.exec(file!.svg)![1]);
  const [r, , b] = at(Math.round(17.5 * 8), Math.round(baseline * 8));
  expect([r < 90, b > 150]).toEqual([true, true]);
  expect(Math.max(...at(Math.round(22.5 * 8), Math.round(baseline * 8)))).toBeLessThan(140);
});

test('patches over several leads are put back in place', () => {
  // Two leads, two windows of two samples; token w holds lead A's samples, then lead B's.
  const values = { shape: [1, 2, 4], data: Float32Array.of(1, 2, 10, 20, 3, 4, 30, 40) };
  const from: FigureInput = {
    outputs: {
      original: { values, present: { shape: [1, 2], data: Uint8Array.of(1, 1) } },
      reconstruction: { values, present: { shape: [1, 2], data: Uint8Array.of(0, 1) } },
    },
    ids: ['x'],
    view: view(['A', 'B'], 4, 500),
  };
  const [record] = recordSignals(from, [2, 2]);
  expect(record!.original.map((lead) => [...lead])).toEqual([
    [1, 2, 3, 4],
    [10, 20, 30, 40],
  ]);
  expect(record!.hidden.map((lead) => [...lead])).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test('gain: clinical in mV and halved for tall leads, round for standardised signals', () => {
  const lead = (height: number) => [
    Float32Array.from({ length: 1000 }, (_, i) => (i % 2) * height),
  ];
  expect(scaleFor(lead(2), 'mV', 'auto')).toEqual({ mmPerUnit: 10, unit: 'mV' });
  expect(scaleFor(lead(6), 'mV', 'auto')).toEqual({ mmPerUnit: 5, unit: 'mV' });
  expect(scaleFor(lead(30), 'mV', 'auto')).toEqual({ mmPerUnit: 1.25, unit: 'mV' });
  expect(scaleFor(lead(9), '1', 'auto')).toEqual({ mmPerUnit: 2.5, unit: 'SD' });
  expect(scaleFor(lead(800), 'uV', 'auto')).toEqual({ mmPerUnit: 0.025, unit: 'uV' });
  expect(scaleFor(lead(9), '1', 4)).toEqual({ mmPerUnit: 4, unit: 'SD' });
  expect(scaleFor(lead(0), '1', 'auto').mmPerUnit).toBe(10);
});

test('layouts: time runs on from column to column', () => {
  expect(layoutOf('3x4+1', standard, 10, 25)[0]).toEqual([
    { lead: 0, from: 0, seconds: 2.5, at: 0 },
    { lead: 3, from: 2.5, seconds: 2.5, at: 2.5 },
    { lead: 6, from: 5, seconds: 2.5, at: 5 },
    { lead: 9, from: 7.5, seconds: 2.5, at: 7.5 },
  ]);
  expect(layoutOf('6x2', standard, 10, 25)).toHaveLength(6);
  expect(layoutOf('12x1', standard, 10, 25)[11]).toEqual([
    { lead: 11, from: 0, seconds: 10, at: 0 },
  ]);
  expect(layoutOf('auto', standard, 10, 25)).toEqual(layoutOf('3x4+1', standard, 10, 25));
});

test('layout auto: short records are whole in every lead, beside each other', () => {
  const four = layoutOf('auto', standard, 2, 25);
  expect(four).toHaveLength(3);
  expect(four[0]).toEqual(
    [0, 3, 6, 9].map((lead, c) => ({ lead, from: 0, seconds: 2, at: c * 2.2 })),
  );
  const two = layoutOf('auto', standard, 5, 25);
  expect(two).toHaveLength(6);
  expect(two[5]).toEqual([5, 11].map((lead, c) => ({ lead, from: 0, seconds: 5, at: c * 5.2 })));
  expect(layoutOf('auto', standard, 5, 50)).toHaveLength(4); // at 50 mm/s they do not fit
});

test.each([
  [0.2, 10],
  [2, 2],
  [4, 2],
  [5, 12],
  [10, 12],
])('header: nothing overlaps at %f s and %i leads, whatever the id', async (seconds, leads) => {
  for (const id of [
    '7',
    'cinc2011-seta/1002603',
    'ptbxl/records500/00000/00001_hr-of-a-long-name',
  ]) {
    const from = { ...input(standard.slice(0, leads), seconds, 100, 0.1), ids: [id, 'padding'] };
    const [file] = await draw(from);
    const svg = file!.svg;
    const width = Number(/width="([\d.]+)mm"/.exec(svg)![1]);
    const title = Number(/y="6.6"[^>]*font-weight/.exec(svg) ? 6.6 : Number.NaN);
    const legend = /class="legend"><line x1="([\d.]+)"[^>]*y1="([\d.]+)"/.exec(svg)!;
    const titleEnd = 5 + `Record ${id}`.length * 4.6 * 0.55;
    if (Number(legend[2]) < title + 2) expect(Number(legend[1])).toBeGreaterThan(titleEnd);
    expect(Number(legend[1]) + 74).toBeLessThan(width);
  }
});

test('a thinned line stays within the tolerance and keeps gaps', () => {
  const x = Float64Array.from({ length: 500 }, (_, i) => i / 20);
  const y = x.map((v, i) => (i === 250 ? NaN : 3 * Math.sin(v)));
  const kept = keptPoints(x, y, 0.01);
  expect(kept.length).toBeLessThan(200);
  expect(kept).toContain(250);
  for (let k = 1; k < kept.length; k++) {
    const [a, b] = [kept[k - 1]!, kept[k]!];
    for (let i = a; i <= b; i++) {
      const share = (x[i]! - x[a]!) / (x[b]! - x[a]!);
      const line = y[a]! + share * (y[b]! - y[a]!);
      if (Number.isFinite(line)) expect(Math.abs(y[i]! - line)).toBeLessThan(0.04); // vertical, of a slope up to 3
    }
  }
});

test('a failed reconstruction (NaN, huge) still gives a page', async () => {
  const from = input(standard, 10, 500);
  const { data } = at(from.outputs, 'reconstruction').values;
  data.fill(Number.NaN, 0, 2000);
  data.fill(1e9, 2000, 10_000);
  const [file] = await draw(from);
  expect(texts(file!.svg, 'scores')).toEqual([
    'Hidden samples: NMSE not defined (a predicted value is not finite), correlation not defined (a predicted value is not finite)',
  ]);
  expect(svgToPng(file!.svg, { width: 600 }).length).toBeGreaterThan(10_000);
  expect(Number(/height="([\d.]+)mm"/.exec(file!.svg)![1])).toBeLessThan(300);
});

test('errors', async () => {
  const from = input(['II'], 2, 100);
  const message = (work: Promise<unknown>) =>
    work.then(
      () => 'no error',
      (e: Error) => e.message,
    );
  expect(await message(draw(from, { patch: [1, 50] }))).toMatchInlineSnapshot(
    `"E_FIGURE_OUTPUT: outputs.original: 10 tokens of 20 values do not tile 1 leads x 200 samples in patches of 1 x 50. Fix: draw this figure after a task that gives "original" and "reconstruction" as tokens (masked-autoencoder), and set the option "patch" as its encoder has it."`,
  );
  expect(
    await message(
      draw({ ...from, view: { ...from.view, axes: [{ name: 'lead' }, { name: 'time' }] } }),
    ),
  ).toMatchInlineSnapshot(
    `"E_FIGURE_VIEW: ecg-reconstruction: the time axis has spacing undefined and unit undefined. Fix: draw a view of shape [leads, samples] whose time axis has a spacing in s or ms."`,
  );
  expect(
    await message(draw({ ...from, view: { ...from.view, shape: [200] } })),
  ).toMatchInlineSnapshot(
    `"E_FIGURE_VIEW: ecg-reconstruction: the view has the shape [200], not [leads, samples]. Fix: draw a view of shape [leads, samples] whose time axis has a spacing in s or ms."`,
  );
  const flat = { ...from.outputs.original!, present: { shape: [20], data: new Uint8Array(20) } };
  expect(
    await message(draw({ ...from, outputs: { ...from.outputs, original: flat } })),
  ).toMatchInlineSnapshot(
    `"E_FIGURE_OUTPUT: outputs.original: values [2, 10, 20] and present [20] are not [rows, tokens, patch] and [rows, tokens] of one size. Fix: draw this figure after a task that gives "original" and "reconstruction" as tokens (masked-autoencoder), and set the option "patch" as its encoder has it."`,
  );
});
