import { expect, test } from 'vitest';
import { trialOf } from './trial-of.ts';

test.each([
  [undefined, {}],
  ['base', {}],
  ['base:3', { seed: 3 }],
  [':3', { seed: 3 }],
  ['single-ed', { variant: 'single-ed' }],
  ['single-ed:0', { variant: 'single-ed', seed: 0 }],
])('%s', (text, point) => {
  expect(trialOf(text)).toEqual(point);
});

test.each(['a:b', 'a:1:2', 'a:-1', 'a:99999999999999999999'])('%s is refused', (text) => {
  expect(() => trialOf(text)).toThrow(
    `E_TRIAL: --trial ${text}: a trial is a variant and, after a colon, a seed. Fix: write it as --trial single-ed, --trial single-ed:1 or --trial base:1.`,
  );
});
