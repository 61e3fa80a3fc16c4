/**
 * @file Prints the attainable R2 at several coupling strengths:
 * `node --conditions=@dualbeat/source --import tsx plugins/cohort-synthetic/bench/oracle.ts [subjects]`.
 */
import { constantsDigest } from '../src/constants/index.ts';
import { attainableR2 } from '../src/oracle/attainable-r2.ts';

const subjects = Number(process.argv[2] ?? 20000);
const say = (line: string) => process.stdout.write(`${line}\n`);
const shown = [
  'LVEDV',
  'LVESV',
  'LVSV',
  'LVEF',
  'LVCO',
  'LVM',
  'RVEDV',
  'RVEF',
  'LAVmax',
  'WT_Global',
  'Ecc_Global',
  'Err_Global',
  'Ell_Global',
];
say(`constants ${constantsDigest}, ${subjects} subjects`);
say(['coupling', 'structural', 'functional', ...shown].join(' | '));
for (const all of [0, 0.25, 0.5, 0.75, 1, 1.25]) {
  const coupling = { all, structural: 1, functional: 1 };
  const { targets, groups } = attainableR2({ seed: 1, subjects, coupling, coupled: true });
  const numbers = [groups['structural'], groups['functional'], ...shown.map((n) => targets[n])];
  say([all, ...numbers.map((r2) => (r2 as number).toFixed(2))].join(' | '));
}
