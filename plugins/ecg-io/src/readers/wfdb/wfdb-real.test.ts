/** @file The WFDB reader on every real record of the data folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { deriveLead, standardLeads } from '../../leads.ts';
import { readAnnotations } from './annotations.ts';
import { parseHeader } from './header.ts';
import type { WfdbOptions } from './options.ts';
import { wfdbOptions } from './options.ts';
import { readSignals } from './signals.ts';
import { openWfdb } from './wfdb.ts';

const beside = fileURLToPath(new URL('../../../../../../shared/data', import.meta.url));
const root = process.env['DUALBEAT_DATA'] ?? beside;
const reader = (options: Partial<WfdbOptions> = {}) =>
  openWfdb(Value.Default(wfdbOptions, { ...options }) as WfdbOptions);

function headersIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.hea'))
    .sort()
    .map((name) => join(root, folder, name));
}

async function digitalLimbs(path: string) {
  const signals = await readSignals(parseHeader(readFileSync(path, 'utf8'), path), path, true);
  return signals.slice(0, 3).map((signal) => signal.digital) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
}

const same = (a: Float32Array, b: Float32Array) =>
  Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;

/** Largest |III - (II - I)| in digital steps. */
async function worstResidual(path: string): Promise<number> {
  const [I, II, III] = await digitalLimbs(path);
  return III.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - (II[i] as number) + (I[i] as number))),
    0,
  );
}

const there = existsSync(join(root, 'ludb'));
const skipped = there ? '' : ' (skipped: no data folder; set DUALBEAT_DATA)';

describe.skipIf(!there)(`WFDB reader, real records${skipped}`, () => {
  it.each([
    ['ludb', 80, 500, 5000],
    ['cinc2011-seta', 200, 500, 5000],
    ['cinc2021/georgia', 10, 500, 5000],
    ['cinc2021/ptbxl', 10, 500, 5000],
    ['cinc2021/cpsc', 5, 500, undefined],
    ['ptbxl100', 5, 100, 1000],
  ])(
    'reads every record of %s, checksums and initial values agree',
    async (folder, n, hz, samples) => {
      const paths = headersIn(folder);
      expect(paths).toHaveLength(n);
      for (const path of paths) {
        const record = await reader().read(path);
        expect(record.view.axes[0]?.labels).toEqual(standardLeads);
        expect(record.view.axes[1]?.spacing).toBe(1 / hz);
        if (samples !== undefined) expect(record.view.shape).toEqual([12, samples]);
        expect(record.values).toHaveLength(12 * (record.view.shape[1] as number));
        expect(record.values.every(Number.isFinite)).toBe(true);
        expect(record.flags.filter((flag) => /NaN|derived/.test(flag))).toEqual([]);
      }
    },
  );

  it('LUDB: III = II - I exactly in digital values', async () => {
    for (const path of headersIn('ludb')) expect(await worstResidual(path)).toBe(0);
  });

  it('LUDB: header gains break the law and are flagged, digital and auto keep it', async () => {
    const path = join(root, 'ludb/data/1.hea');
    expect((await reader().read(path)).flags).toMatchInlineSnapshot(`
      [
        "Einthoven residual 0.044 mV",
      ]
    `);
    expect((await reader({ amplitude: 'digital' }).read(path)).flags).toEqual([]);
    for (const each of headersIn('ludb')) {
      const auto = await reader({ amplitude: 'auto' }).read(each);
      const digital = await reader({ amplitude: 'digital' }).read(each);
      expect(auto.flags, each).toContain('digital amplitude');
      expect(same(auto.values, digital.values)).toBe(true);
    }
  });

  it('amplitude auto keeps the header scale of the other sets', async () => {
    for (const folder of ['cinc2011-seta', 'cinc2021', 'ptbxl100']) {
      for (const path of headersIn(folder)) {
        const auto = await reader({ amplitude: 'auto' }).read(path);
        expect(same(auto.values, (await reader().read(path)).values), path).toBe(true);
      }
    }
  });

  it('set-a: III = II - I within 2 steps', async () => {
    const worst = await Promise.all(headersIn('cinc2011-seta').map(worstResidual));
    expect(Math.max(...worst)).toBeLessThanOrEqual(2);
  });

  it("set-a: aVL and aVF stand under each other's name in every acceptable record; in no record of the other sets", async () => {
    const exchanged = async (path: string) =>
      (await reader({ amplitude: 'auto' }).read(path)).flags.includes('exchanged aVL aVF');
    const found = { acceptable: [0, 0], unacceptable: [0, 0] } as { [grade: string]: number[] };
    for (const path of headersIn('cinc2011-seta')) {
      const counts = (found[/quality: (\w+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? ''] ??= [
        0, 0,
      ]);
      counts[(await exchanged(path)) ? 0 : 1]!++;
    }
    expect(found).toMatchInlineSnapshot(`
      {
        "acceptable": [
          160,
          0,
        ],
        "indeterminate": [
          2,
          0,
        ],
        "unacceptable": [
          24,
          14,
        ],
      }
    `);
    for (const folder of ['ludb', 'cinc2021', 'ptbxl100']) {
      for (const path of headersIn(folder)) expect(await exchanged(path), path).toBe(false);
    }
  });

  it('set-a: flat leads are flagged in unacceptable records', async () => {
    const grades = new Map(
      readFileSync(join(root, 'cinc2011-seta/quality.csv'), 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(',') as [string, string]),
    );
    const flat = { acceptable: 0, unacceptable: 0 } as { [grade: string]: number };
    for (const path of headersIn('cinc2011-seta')) {
      const record = await reader().read(path);
      const grade = grades.get(record.id) as string;
      expect(record.facts['quality']).toBe(grade);
      if (record.flags.some((flag) => /^flat \S+$/.test(flag)))
        flat[grade] = (flat[grade] ?? 0) + 1;
    }
    expect(flat).toMatchInlineSnapshot(`
      {
        "acceptable": 2,
        "unacceptable": 25,
      }
    `);
  });

  it('gives the facts of both comment forms', async () => {
    const facts = async (file: string) => (await reader().read(join(root, file))).facts;
    expect(await facts('ludb/data/1.hea')).toMatchInlineSnapshot(`
      {
        "age": 51,
        "diagnoses": "Rhythm: Sinus bradycardia. Electric axis of the heart: left axis deviation. Left ventricular hypertrophy. Left ventricular overload. Non-specific repolarization abnormalities: posterior wall.",
        "sex": "female",
      }
    `);
    expect(await facts('cinc2021/cpsc/A0001.hea')).toMatchInlineSnapshot(`
      {
        "age": 74,
        "dx": "59118001",
        "hx": null,
        "rx": null,
        "sex": "male",
        "sx": null,
      }
    `);
  });

  it('derives III, aVR, aVL, aVF as the recorder stored them (PTB-XL, within 2 uV)', async () => {
    const path = join(root, 'cinc2021/ptbxl/HR00001.hea');
    const whole = await reader().read(path);
    const row = (lead: string) => {
      const i = standardLeads.indexOf(lead as 'I');
      return whole.values.subarray(i * 5000, (i + 1) * 5000);
    };
    for (const lead of ['III', 'aVR', 'aVL', 'aVF']) {
      const derived = deriveLead(lead, row('I'), row('II'));
      const worst = derived.reduce(
        (w, v, i) => Math.max(w, Math.abs(v - (row(lead)[i] as number))),
        0,
      );
      expect(worst, lead).toBeLessThan(0.0021);
    }
  });

  it('LUDB annotations: onset, peak and end of every wave, in order, inside the record', async () => {
    const counts: { [symbol: string]: number } = {};
    for (const path of headersIn('ludb')) {
      for (const lead of standardLeads) {
        const marks = await readAnnotations(path.replace(/hea$/, lead.toLowerCase()));
        marks.forEach((mark, i) => {
          counts[mark.symbol] = (counts[mark.symbol] ?? 0) + 1;
          expect(mark.sample).toBeGreaterThanOrEqual(marks[i - 1]?.sample ?? 0);
          expect(mark.sample).toBeLessThan(5000);
        });
      }
    }
    expect(Object.keys(counts).sort()).toEqual(['(', ')', 'N', 'p', 't']);
    expect(counts).toMatchInlineSnapshot(`
      {
        "(": 22345,
        ")": 22368,
        "N": 8418,
        "p": 6467,
        "t": 7482,
      }
    `);
    const first = await readAnnotations(join(root, 'ludb/data/1.ii'));
    expect(first.slice(0, 6).map((mark) => `${mark.sample}${mark.symbol}`)).toMatchInlineSnapshot(`
      [
        "644(",
        "662N",
        "682)",
        "776(",
        "843t",
        "878)",
      ]
    `);
  });

  it('LUDB annotations: beats lie within 6 ms of the highest or lowest sample of 60 ms', async () => {
    let [beats, onPeak] = [0, 0];
    for (const path of headersIn('ludb')) {
      const marks = await readAnnotations(path.replace(/hea$/, 'ii'));
      const [, II] = await digitalLimbs(path);
      for (const mark of marks.filter((each) => each.symbol === 'N')) {
        const near = II.subarray(mark.sample - 15, mark.sample + 16);
        const peak = near.indexOf(Math.max(...near));
        const trough = near.indexOf(Math.min(...near));
        beats++;
        if (Math.min(Math.abs(peak - 15), Math.abs(trough - 15)) <= 3) onPeak++;
      }
    }
    expect(beats).toBeGreaterThan(650);
    // The marks lie one sample early on average; by chance it would be at most 14 in 31.
    expect(onPeak / beats).toBeGreaterThan(0.9);
  });
});
