import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, stageFolder, temporaryFolders } from './command.ts';
import type { Ended } from './command.ts';

const data =
  process.env['DUALBEAT_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const experiment = fileURLToPath(
  new URL('../../../experiments/ecg-mae-real.yaml', import.meta.url),
);
const roots = [join(data, 'ludb'), join(data, 'cinc2011-seta')];
const missing = roots.filter((root) => !existsSync(root));
const reason =
  missing.length === 0 ? '' : ' (skipped: no ludb and cinc2011-seta below DUALBEAT_DATA)';
const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const folders = temporaryFolders();
afterAll(() => folders.clear());
/** Training takes minutes where others use the machine too. */
vi.setConfig({ testTimeout: 60 * 60_000, hookTimeout: 60 * 60_000 });

type Metrics = { readonly [name: string]: number };

function start(root: string, set: readonly string[]): Promise<Ended> {
  const all = [
    `cohort.options.roots=${JSON.stringify(roots)}`,
    `stages.mae.evaluate.metrics=[reconstruction, { use: ecg-delineation, options: { annotations: ${JSON.stringify(data)} } }]`,
    ...set,
  ];
  return runCommand(['run', experiment, '--json', ...all.flatMap((one) => ['--set', one])], root);
}
const metricsOf = ({ stdout }: Ended) => (JSON.parse(stdout) as { metrics: Metrics }).metrics;
const number = (metrics: Metrics, name: string): number => {
  expect(metrics[name], name).toBeTypeOf('number');
  return metrics[name] as number;
};

describe.skipIf(missing.length > 0)(
  `masked autoencoding of real ECGs, LUDB held out${reason}`,
  () => {
    let root: string;
    let ended: Ended;
    beforeAll(async () => {
      root = folders.make();
      // 780 of the file's 5,980 steps.
      ended = await start(root, [
        'stages.mae.train.epochs=60',
        'stages.mae.schedule.options={ peak: 2.0e-3, warmupEpochs: 3 }',
      ]);
    });

    it('ends well, and fills hidden patches in better than the lead mean and interpolation', () => {
      expect(ended.stderr).toContain('210 / 12 / 20 records (train / val / test)');
      expect(ended.code).toBe(0);
      const metrics = metricsOf(ended);
      const nmse = number(metrics, 'test/nmse');
      expect(number(metrics, 'test/nmse.baseline-lead-mean')).toBeGreaterThan(1);
      expect(number(metrics, 'test/nmse.baseline-interpolation')).toBeGreaterThan(1);
      expect(nmse).toBeLessThan(0.85);
      expect(number(metrics, 'test/correlation')).toBeGreaterThan(0.4);
    });

    it('is evaluated on LUDB alone: every figure shows a record of it', () => {
      const figures = readdirSync(join(stageFolder(join(root, 'runs'), 'ecg-mae-real'), 'figures'));
      const drawn = figures.filter((name) =>
        /^(val|test)-ecg-reconstruction-.*\.(svg|png)$/.test(name),
      );
      expect(drawn).toHaveLength(2 * 3 * 2);
      expect(drawn.every((name) => name.includes('ludb-data-'))).toBe(true);
    });

    it('measures what Figure 2 claims on the delineated beats, and reports it', () => {
      const metrics = metricsOf(ended);
      const beats = number(metrics, 'test/r-peak-shift-ms.beats');
      expect(beats).toBeGreaterThan(30);
      expect(number(metrics, 'test/r-peak-shift-ms.median')).toBeLessThan(20);
      expect(number(metrics, 'test/r-peak-shift-ms.p95')).toBeLessThanOrEqual(45);
      expect(number(metrics, 'test/qrs-width-error-ms.median')).toBeGreaterThan(0);
      expect(number(metrics, 'test/noise-above-40hz.ratio')).toBeLessThan(1);
      const report = readFileSync(join(root, 'runs/ecg-mae-real/latest/report.html'), 'utf8');
      for (const text of ['r-peak-shift-ms', 'qrs-width-error-ms', 'noise-above-40hz', '<svg']) {
        expect(report).toContain(text);
      }
    });
  },
);

describe.skipIf(missing.length > 0 || !full)(
  `the experiment as it is in the file${reason}${full ? '' : ' (skipped: DUALBEAT_TEST_FULL=1 runs it, some ten minutes)'}`,
  () => {
    it('is better than linear regression from the visible leads', async () => {
      const ended = await start(folders.make(), []);
      expect(ended.code).toBe(0);
      const metrics = metricsOf(ended);
      const nmse = number(metrics, 'test/nmse');
      expect(nmse).toBeLessThan(number(metrics, 'test/nmse.baseline-regression'));
      expect(nmse).toBeLessThan(0.6);
    });
  },
);
