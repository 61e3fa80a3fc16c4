import { join } from 'node:path';
import { hostRandom } from '@dualbeat/core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  checkpointBytes,
  runCommand,
  stageFolder,
  startCommand,
  temporaryFolders,
  tiny,
} from '../run/command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 3_600_000 });
const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const moments = full ? 50 : 2;

describe(`a run that is asked to end at ${moments} random moments`, () => {
  it('saves, exits 143 within 10 s of the step, and resumes to the same bits', async () => {
    const args = ['run', tiny, '--set', 'stages.mae.train.epochs=10'];
    const whole = folders.make();
    expect((await runCommand(args, whole)).code).toBe(0);
    const want = checkpointBytes(stageFolder(join(whole, 'runs')));
    const random = hostRandom(11, 'moments');
    let interrupted = 0;
    for (let i = 0; i < moments; i++) {
      const cwd = folders.make();
      const broken = startCommand(args, cwd);
      // Any epoch, and any moment in the epoch after it.
      await broken.saw(new RegExp(`epoch ${1 + Math.floor(random() * 7)}/10, train/loss`));
      await new Promise((next) => setTimeout(next, random() * 300));
      const at = performance.now();
      broken.process.kill('SIGTERM');
      const ended = await broken.ended;
      if (ended.code === 143) {
        interrupted++;
        expect(performance.now() - at).toBeLessThan(10_000);
        expect((await runCommand([...args, '--resume', '--quiet'], cwd)).code).toBe(0);
      } else expect(ended.code).toBe(0);
      expect(checkpointBytes(stageFolder(join(cwd, 'runs')))).toEqual(want);
    }
    expect(interrupted).toBeGreaterThan(0);
  });
});
