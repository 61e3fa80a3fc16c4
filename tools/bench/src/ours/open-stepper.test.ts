/** @file The real step at a toy size; skipped where the native runtime is not installed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@dualbeat/nn';
import { availableRuntimes } from '@dualbeat/tensor';
import { describe, expect, test } from 'vitest';
import type { CaseOptions } from '../case-options.ts';
import { ourProgram } from '../programs.ts';
import { openSide } from '../side/open-side.ts';
import { exportCase } from './export-case.ts';

const native = (await availableRuntimes()).includes('tf');
const toy: CaseOptions = {
  case: 'ecg-mae',
  set: [
    'encoders.ecg.options={ size: custom, width: 16, depth: 1, heads: 2, patch: [1, 500], pooling: cls }',
    'stages.mae.schedule.options.value=0.01',
    'stages.mae.heads.decoder.options={ width: 16, depth: 1, heads: 2 }',
  ],
  batch: 2,
};

test('the export holds what PyTorch needs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-export-'));
  try {
    const { options, parameters, weights, data } = await exportCase(toy, 4, folder);
    expect(options).toMatchObject({
      heads: 2,
      decoderHeads: 2,
      patch: 500,
      keep: 36,
      correlationWeight: 0.1,
      learningRate: 0.01,
      betas: [0.9, 0.95],
      weightDecay: 1e-4,
    });
    const { tensors, metadata } = readSafetensors(readFileSync(weights));
    const sizes = Object.values(tensors).map((tensor) => tensor.data.length);
    expect(sizes.reduce((a, b) => a + b)).toBe(parameters);
    const decayed = JSON.parse(metadata['decayed'] ?? '[]') as string[];
    expect(decayed).toContain('encoders/ecg/blocks/0/mlp/fc1/weight');
    expect(decayed).not.toContain('encoders/ecg/blocks/0/mlp/fc1/bias');
    expect(readSafetensors(readFileSync(data)).tensors['noise']?.shape).toEqual([4, 2, 120]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe.skipIf(!native)(`our side${native ? '' : ' (skipped: no native runtime)'}`, () => {
  test('its process steps, learns, and tells its facts and profile', async () => {
    const side = await openSide(ourProgram(toy));
    const { losses, seconds } = await side.step(12);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(Math.min(...seconds)).toBeGreaterThan(0);
    const facts = await side.facts();
    expect(facts.peakBytes).toBeGreaterThan(1e8);
    const profile = await side.profile();
    expect(profile.some(({ contraction }) => contraction)).toBe(true);
    await side.close();
  }, 240_000); // XLA compiles

  test('a process that fails says why', async () => {
    const wrong = ourProgram({
      case: 'ecg-mae',
      set: ['encoders.ecg.options.size=enormous'],
      batch: 2,
    });
    await expect(openSide(wrong)).rejects.toThrow(/^E_BENCH_SIDE: dualbeat: .*E_EXPERIMENT/s);
  });
});
