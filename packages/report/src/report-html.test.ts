import type { MetricValue, Named } from '@dualbeat/core';
import { expect, test } from 'vitest';
import { shortNumber } from './metric-html.ts';
import { metricTables } from './metric-tables.ts';
import { reportHtml } from './report-html.ts';
import type { StageReport } from './report-html.ts';
import { axisTicks, tickLabel } from './ticks.ts';

const metrics: Named<MetricValue> = {
  'val/loss': 0.25,
  'val/nmse': 0.3,
  'val/nmse.baseline-regression': 0.4,
  'val/nmse.V1': 0.31,
  'val/nmse.baseline-regression.V1': { undefinedBecause: 'no record <was> given' },
  'val/nmse.II': 0.29,
  'test/loss': 0.26,
};

const stage: StageReport = {
  title: 'ecg-mae <draft>',
  status: 'finished',
  summary: 'Masked autoencoding.',
  facts: { runtime: 'tf, cpu' },
  settings: 'name: ecg-mae # "x" & <y>\n',
  metrics,
  better: { nmse: 'lower' },
  epochs: [
    {
      epoch: 1,
      metrics: { 'train/loss': 1, 'val/loss': 1.2, learningRate: 1e-4, 'val/nmse.V1': 1 },
    },
    { epoch: 2, metrics: { 'train/loss': 0.5, learningRate: 2e-4 } },
  ],
  figures: [
    {
      name: 'a',
      title: 'Plain',
      svg: '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
    },
    { name: 'b', title: 'Active "b"', svg: '<svg><script>alert(1)</script></svg>' },
  ],
};

test('metric names become tables: parts are rows, baselines columns', () => {
  expect(metricTables(metrics)).toEqual([
    {
      split: 'val',
      metric: null,
      columns: ['model', 'regression'],
      rows: [
        { name: 'loss', values: { model: 0.25 } },
        { name: 'nmse', values: { model: 0.3, regression: 0.4 } },
      ],
    },
    {
      split: 'val',
      metric: 'nmse',
      columns: ['model', 'regression'],
      rows: [
        {
          name: 'V1',
          values: { model: 0.31, regression: { undefinedBecause: 'no record <was> given' } },
        },
        { name: 'II', values: { model: 0.29 } },
      ],
    },
    {
      split: 'test',
      metric: null,
      columns: ['model'],
      rows: [{ name: 'loss', values: { model: 0.26 } }],
    },
  ]);
});

test('the report holds all parts, escaped, and asks for nothing from outside', () => {
  const html = reportHtml(stage);
  expect(html).toContain('<h1>ecg-mae &lt;draft&gt;</h1>');
  expect(html).toContain('<span class="status finished">finished</span> Masked autoencoding.');
  expect(html).toContain('<dt>runtime</dt><dd>tf, cpu</dd>');
  expect(html).toContain('name: ecg-mae # &quot;x&quot; &amp; &lt;y&gt;');
  expect(html).toContain('<td class="best">0.300</td><td>0.400</td>');
  expect(html).toContain('<sup>1</sup> not defined: no record &lt;was&gt; given');
  expect(html.match(/<h3>[^<]*/g)).toEqual([
    '<h3>val · whole split',
    '<h3>val · nmse',
    '<h3>test · whole split',
  ]);
  const outside = html.replaceAll('http://www.w3.org/2000/svg', '');
  expect(outside).not.toMatch(/https?:|<link|<script|url\(|@import/i);
});

test('figures: plain drawing inline, anything that acts as an isolated image', () => {
  const html = reportHtml(stage);
  expect(html).toContain(
    '<figure><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg><figcaption>Plain',
  );
  expect(html).toContain('<img alt="Active &quot;b&quot;" src="data:image/svg+xml;base64,');
});

test('learning curves: one chart per metric, splits as lines, gaps where nothing was measured', () => {
  const html = reportHtml(stage);
  const charts = html.match(/<svg[^>]*><title>[^<]*/g)?.map((s) => s.replace(/.*>/, ''));
  expect(charts).toEqual(['loss', 'learningRate']);
  expect(html.match(/>train<|>val</g)).toEqual(['>train<', '>val<']);
});

test('empty sections are left out', () => {
  const html = reportHtml({
    ...stage,
    metrics: {},
    epochs: [],
    figures: [],
    settings: '',
    facts: {},
  });
  expect(html).not.toContain('<h2>');
});

test('ticks are round, cover the values, and survive constants and nothing', () => {
  expect(axisTicks([0.12, 0.93], 5, { whole: false }).at.map((t) => tickLabel(t, 0.2))).toEqual([
    '0',
    '0.2',
    '0.4',
    '0.6',
    '0.8',
    '1.0',
  ]);
  expect(axisTicks([1, 20], 6, { whole: true }).at).toEqual([0, 5, 10, 15, 20]);
  expect(axisTicks([3, 3], 6, { whole: true })).toMatchObject({ low: 2, high: 4 });
  expect(axisTicks([NaN, Infinity], 5, { whole: false })).toMatchObject({ low: 0, high: 1 });
  expect(tickLabel(0.00002, 0.00001)).toBe('2e−5');
});

test('numbers of a table', () => {
  const values = [0.398163, 0, 12, -123.4567, 1234.5, 1e-5, 0.0423, 15_000_000.5, NaN];
  expect(values.map(shortNumber).join(' ')).toBe(
    '0.398 0 12 −123.457 1235 1.00e−5 0.0423 1.50e+7 NaN',
  );
});

test('a curve joins the epochs that were validated, over those that were not', () => {
  const epochs = Array.from({ length: 60 }, (_, i) => ({
    epoch: i + 1,
    metrics: { 'train/loss': 1 / (i + 1), ...(i % 20 === 19 ? { 'val/loss': 1 } : {}) },
  }));
  const html = reportHtml({ ...stage, epochs });
  const paths = [...html.matchAll(/<path d="([^"]*)" fill="none" stroke="#[0-9a-f]{6}"/g)];
  expect(paths).toHaveLength(2);
  expect(paths[1]?.[1]?.match(/M/g)).toHaveLength(1);
  expect(paths[1]?.[1]?.match(/L/g)).toHaveLength(2);
});
