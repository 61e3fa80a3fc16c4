import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { el, svgDocument } from './svg.ts';
import { fileName, writeFigure } from './write-figure.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dualbeat-figure-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const svg = svgDocument({
  width: 10,
  height: 5,
  unit: 'px',
  title: 't',
  children: [el('rect', { width: 3, height: 3 })],
});

test('writes both forms and says where', async () => {
  const paths = await writeFigure(dir, { name: 'beat-1', title: 'Beat', svg }, { width: 100 });
  expect(paths).toEqual({ svg: join(dir, 'beat-1.svg'), png: join(dir, 'beat-1.png') });
  expect(await readFile(paths.svg, 'utf8')).toBe(svg);
  expect((await readFile(paths.png)).readUInt32BE(16)).toBe(100);
  expect((await readdir(dir)).sort()).toEqual(['beat-1.png', 'beat-1.svg']);
});

test('a name that could leave the folder is refused; a bad SVG leaves no PNG', async () => {
  await expect(
    writeFigure(dir, { name: '../x', title: '', svg }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_FIGURE_NAME: "../x": a figure is named with letters, digits, dots, dashes and underscores only, at most 200. Fix: rename the figure in its component; \`fileName(text)\` makes a name of any text.]`,
  );
  await expect(writeFigure(dir, { name: 'x', title: '', svg: 'no' })).rejects.toThrow(
    'E_SVG_INVALID',
  );
  expect(await readdir(dir)).toEqual(['x.svg']);
});

test('file names of any text', () => {
  expect(
    ['a b/ü', '..', '', 'JS00001', 'x'.repeat(300)].map((t) => fileName(t).slice(0, 101)),
  ).toEqual(['a-b-', 'figure', 'figure', 'JS00001', 'x'.repeat(100)]);
});
