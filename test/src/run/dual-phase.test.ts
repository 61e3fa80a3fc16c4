import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJournal } from '@dualbeat/runs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, temporaryFolders } from './command.ts';
import type { Ended } from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const file = fileURLToPath(new URL('../../../experiments/dual-phase-tiny.yaml', import.meta.url));

type Numbers = { readonly [name: string]: number };

describe('the whole chain: MAE, ED and ES phenotypes, dual-phase alignment, probes', () => {
  let root: string;
  let ended: Ended;
  let metrics: Numbers;
  /** The lines of a stage's journal. */
  const journal = (stage: string) => {
    const stages = join(root, 'runs', 'dual-phase-tiny', 'stages');
    const names = readdirSync(stages).filter((name) =>
      new RegExp(`^${stage}-[0-9a-f]+$`).test(name),
    );
    expect(names).toHaveLength(1);
    return readJournal(join(stages, names[0] as string, 'journal.jsonl')).entries;
  };
  const metricsOf = (stage: string) =>
    Object.assign(
      {},
      ...journal(stage)
        .filter(({ type }) => type === 'metrics')
        .map((entry) => entry['metrics']),
    ) as Numbers;

  beforeAll(async () => {
    root = folders.make();
    ended = await runCommand(['run', file, '--set', 'runtime.use=js', '--json'], root);
    metrics = (JSON.parse(ended.stdout || '{}') as { metrics: Numbers }).metrics;
  });

  it('ends well, through all six stages in their order', () => {
    expect(ended.stderr).not.toContain('E_');
    expect(ended.code).toBe(0);
    const order = [...ended.stderr.matchAll(/^([a-z-]+): [\d,]+ parameters/gm)].map(([, s]) => s);
    expect(order).toEqual(['mae', 'ed-phenotypes', 'es-phenotypes', 'align', 'probe', 'phases']);
  });

  it('aligns two pairs by name, and reports each beside chance; the third only where asked', () => {
    const align = metricsOf('align');
    const pairs = ['ecg-ed-ed', 'ecg-es-es'];
    for (const pair of pairs) {
      expect(align[`test/nce.${pair}`]).toBeGreaterThan(0);
      expect(align[`test/chance.${pair}`]).toBeGreaterThan(1.5);
      for (const name of ['top1', 'top5', 'similarity-positive', 'similarity-negative'])
        expect(align[`test/${name}.${pair}`], `${name}.${pair}`).toBeTypeOf('number');
    }
    expect(align['test/top5.ed-ecg-ed']).toBeTypeOf('number');
    expect(align['test/nce.ed-es']).toBeGreaterThan(0);
    const halves = pairs.map((pair) => align[`test/loss.${pair}`] as number);
    expect(halves[0]! + halves[1]!).toBeCloseTo(align['test/loss'] as number, 4);
    expect(align['test/nce.ecg-ed-ed']! / 2).toBeCloseTo(halves[0]!, 4);
    expect(align).not.toHaveProperty('test/loss.ed-es');
    // one ES volume in ten is missing, so that its pairs are fewer
    expect(align['test/chance.ecg-es-es']).toBeLessThan(align['test/chance.ecg-ed-ed']!);
  });

  it('learns in the stages before, and in the alignment', () => {
    for (const stage of ['mae', 'ed-phenotypes', 'es-phenotypes', 'align', 'probe']) {
      const losses = journal(stage)
        .filter(({ type }) => type === 'epoch')
        .map((entry) => (entry['metrics'] as Numbers)['train/loss'] as number);
      expect(losses.at(-1), stage).toBeLessThan(losses[0] as number);
    }
  });

  it('probes all 82 phenotypes in their units, in groups', () => {
    const probe = metricsOf('probe');
    const scored = Object.keys(probe).filter((name) => name.startsWith('test/mae.'));
    expect(scored).toHaveLength(82);
    for (const name of ['test/r2', 'test/r2.structural', 'test/r2.functional', 'test/r2.LVEF'])
      expect(probe[name], name).toBeTypeOf('number');
    expect(probe).not.toHaveProperty('test/r2.vascular');
    // predictions near the mean of the training part: millilitres, not standard deviations
    expect(probe['test/mae.LVEDV']).toBeGreaterThan(10);
    expect(probe['test/mae.LVEDV']).toBeLessThan(80);
  });

  it('probes both latents of the ECG and their difference from the aligned checkpoint', () => {
    for (const name of ['r2.structure', 'r2.function', 'auroc', 'prevalence.af'])
      expect(metrics[`test/${name}`], name).toBeDefined();
    expect(metrics['test/r2.LVM']).toBeTypeOf('number');
    expect(metrics['test/r2.LVEF']).toBeTypeOf('number');
  });

  it('trains what is not frozen, and nothing else', () => {
    const trained = (stage: string) =>
      journal(stage).find(({ type }) => type === 'start')?.['trainableParams'];
    expect(trained('probe')).toBe(16 * 16 + 16 + (16 * 82 + 82)); // its head
    // the three phase heads: 8 and 16 numbers in, the set and its biases out
    const outputs = Object.keys(metrics).filter((name) => name.startsWith('test/mae.')).length;
    expect(trained('phases')).toBe(9 * outputs + 17 * 6);
  });
});
