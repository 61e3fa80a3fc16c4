import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runExperiment } from '@dualbeat/experiment';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { stageFolder, temporaryFolders, tiny } from './command.ts';

const data =
  process.env['DUALBEAT_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const ludb = join(data, 'ludb');
const there = existsSync(ludb);
const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000 });

describe('real ECGs', () => {
  it.skipIf(!there)(
    `the whole way on WFDB records of LUDB${there ? '' : ' (skipped: no ludb below DUALBEAT_DATA)'}`,
    async () => {
      const root = folders.make();
      const result = await runExperiment({
        file: tiny,
        runsRoot: root,
        set: [
          'cohort.use=files',
          `cohort.options={ roots: ["${ludb}"], records: ["**/1?"], samplingHz: 100, seconds: 2, split: { train: 0.5, val: 0.25, test: 0.25 } }`,
          'stages.mae.train={ epochs: 1, batchSize: 2 }',
        ],
      });
      expect(result.status).toBe('finished');
      expect(result.metrics).toMatchObject({
        'test/nmse': expect.any(Number),
        'test/nmse.baseline-regression': expect.any(Number),
      });
      const figures = readdirSync(join(stageFolder(root), 'figures'));
      expect(figures.filter((name) => name.endsWith('.png')).length).toBeGreaterThan(0);
    },
  );
});
