/** @file Checks of figures: files that can be shown, the same each time. */
import type { FigureInput } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { untouched } from './no-side-effects.ts';

export type FigureOf = { readonly input: () => FigureInput };
export type FigureCase = CaseSubject<'figure', FigureOf>;

const active =
  /<script|<foreignObject|\son[a-z]+\s*=|(?:href|src)\s*=\s*["'](?!#|data:)|@import|url\(\s*["']?(?!#|data:)/i;

export const figureFiles = defineCheck<FigureCase>({
  name: 'figure-files',
  states:
    'It draws at least one SVG with a size, a title and a safe name of its own, without scripts or links to elsewhere.',
  async run({ make, of }) {
    const files = await (await make()).draw(of.input());
    ensure(files.length > 0, 'it draws nothing', 'draw at least one file');
    const names = files.map(({ name }) => name);
    ensure(new Set(names).size === names.length, 'two files share a name', 'number them');
    for (const { name, title, svg } of files) {
      ensure(
        /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !name.includes('..'),
        `the name ${JSON.stringify(name)} is no plain file name`,
        'use fileName() of @dualbeat/report',
      );
      ensure(title.trim() !== '', `"${name}" has no title`, 'say what is shown');
      ensure(
        /^<svg[\s>]/.test(svg.trim()) &&
          svg.trim().endsWith('</svg>') &&
          /viewBox=|width=/.test(svg),
        `"${name}" is no SVG with a size: ${svg.trim().slice(0, 40)}`,
        'give one <svg> element with a viewBox',
      );
      ensure(
        !/NaN|undefined|Infinity/.test(svg.replaceAll(/>[^<]*</g, '><')),
        `"${name}" has an attribute that is no number`,
        'leave out what cannot be drawn',
      );
      const found = active.exec(svg);
      ensure(
        found === null,
        `"${name}" holds ${JSON.stringify(found?.[0])}`,
        'draw without scripts and without anything from elsewhere',
      );
    }
  },
});

export const figurePure = defineCheck<FigureCase>({
  name: 'figure-pure',
  states: 'The same input draws the same files and touches nothing.',
  async run({ make, of }) {
    const draw = async () => JSON.stringify(await (await make()).draw(of.input()));
    const first = await untouched('`draw`', draw);
    ensure(
      (await draw()) === first,
      'a second time it draws something else',
      'use no clock and no chance',
    );
  },
});
