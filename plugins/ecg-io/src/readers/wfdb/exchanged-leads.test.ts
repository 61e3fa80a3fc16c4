import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveLead } from '../../leads.ts';
import { areExchanged } from './exchanged-leads.ts';
import { wfdbOptions } from './options.ts';
import type { WfdbOptions } from './options.ts';
import { openWfdb } from './wfdb.ts';

const samples = 400;
const wave = (period: number, height: number) =>
  Float32Array.from({ length: samples }, (_, i) => height * Math.sin(i / period));
const [I, II] = [wave(9, 0.4), wave(11, 0.7)];
const [aVL, aVF] = [deriveLead('aVL', I, II), deriveLead('aVF', I, II)];
const plus = (lead: Float32Array, offset: number) => lead.map((value) => value + offset);

describe('areExchanged', () => {
  it('tells aVL and aVF apart, whatever their offsets and rounding', () => {
    expect(areExchanged(I, II, aVL, aVF)).toBe(false);
    expect(areExchanged(I, II, aVF, aVL)).toBe(true);
    expect(areExchanged(I, II, plus(aVF, 5), plus(aVL, -3))).toBe(true);
    const rounded = (lead: Float32Array) => lead.map((value) => Math.round(value * 200) / 200);
    expect(areExchanged(rounded(I), rounded(II), rounded(aVF), rounded(aVL))).toBe(true);
  });

  it('claims nothing of leads that obey no law, are flat, alike or hold NaN', () => {
    const flat = new Float32Array(samples);
    expect(areExchanged(I, II, wave(5, 0.3), wave(7, 0.3))).toBe(false);
    expect(areExchanged(I, II, aVF, wave(7, 0.3))).toBe(false);
    expect(areExchanged(flat, flat, flat, flat)).toBe(false);
    expect(areExchanged(I, I, deriveLead('aVF', I, I), deriveLead('aVL', I, I))).toBe(false); // both are I/2
    expect(areExchanged(I, II, aVF.with(3, NaN) as Float32Array, aVL)).toBe(false);
  });
});

describe('the reader', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dualbeat-exchanged-'));
    const leads = [I, II, aVF, aVL]; // stored as I, II, aVL, aVF
    const frames = Int16Array.from({ length: samples * 4 }, (_, i) =>
      Math.round(1000 * (leads[i % 4] as Float32Array)[i >> 2]!),
    );
    const lines = ['I', 'II', 'aVL', 'aVF'].map((name) => `r.dat 16 1000/mV 16 0 0 0 0 ${name}`);
    await writeFile(join(folder, 'r.hea'), [`r 4 500 ${samples}`, ...lines].join('\n'));
    await writeFile(join(folder, 'r.dat'), frames);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const read = (options: Partial<WfdbOptions>) =>
    openWfdb(Value.Default(wfdbOptions, { verify: false, ...options }) as WfdbOptions).read(
      join(folder, 'r.hea'),
    );
  const distance = (a: Float32Array, b: Float32Array) =>
    a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);

  it('puts the names right and flags it, also where one of the two is asked for', async () => {
    const both = await read({ leads: ['aVL', 'aVF'] });
    expect(both.flags).toEqual(['exchanged aVL aVF']);
    expect(distance(both.values.subarray(0, samples), aVL)).toBeLessThan(0.001);
    expect(distance(both.values.subarray(samples), aVF)).toBeLessThan(0.001);
    const one = await read({ leads: ['aVF'] });
    expect(distance(one.values, aVF)).toBeLessThan(0.001);
    expect((await read({ leads: ['I', 'II'] })).flags).toEqual([]);
  });

  it('keeps them where it is told to, flagged all the same', async () => {
    const kept = await read({ leads: ['aVL', 'aVF'], exchangedLeads: 'keep' });
    expect(kept.flags).toEqual(['exchanged aVL aVF']);
    expect(distance(kept.values.subarray(0, samples), aVF)).toBeLessThan(0.001);
  });
});
