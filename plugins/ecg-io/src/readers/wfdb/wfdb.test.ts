import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { isCoded } from '@dualbeat/core';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardLeads } from '../../leads.ts';
import type { WfdbOptions } from './options.ts';
import { wfdbOptions } from './options.ts';
import { openWfdb } from './wfdb.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-wfdb-'));
});
afterAll(() => rm(folder, { recursive: true }));

const reader = (options: Partial<WfdbOptions> = {}) =>
  openWfdb(Value.Default(wfdbOptions, { ...options }) as WfdbOptions);
const read = (name: string, options: Partial<WfdbOptions> = {}) =>
  reader(options).read(join(folder, `${name}.hea`));
const messageOf = async (run: Promise<unknown>) => {
  const message = await run.then(
    () => 'no error',
    (error: Error) => error.message,
  );
  return message.replaceAll(folder, '<folder>');
};

const SAMPLES = 100;
/** Digital values of one lead: a slow wave, other in each lead. */
const wave = (lead: number) =>
  Int16Array.from({ length: SAMPLES }, (_, i) => Math.round(500 * Math.sin((i + 7 * lead) / 9)));
const checksum = (values: Int16Array) => (values.reduce((sum, v) => sum + v, 0) << 16) >> 16;
const frames = (leads: readonly Int16Array[]) =>
  Int16Array.from({ length: SAMPLES * leads.length }, (_, i) => {
    return leads[i % leads.length]?.[Math.floor(i / leads.length)] as number;
  });
const bytesOf = (values: Int16Array) => new Uint8Array(values.buffer);

type Change = { header?: (text: string) => string; data?: (bytes: Uint8Array) => Uint8Array };
/** Writes a record of format 16 with the leads `names`, after the changes; gives its name. */
async function record(
  name: string,
  names: readonly string[] = standardLeads,
  leads = names.map((_, i) => wave(i)),
  { header = (text) => text, data = (bytes) => bytes }: Change = {},
): Promise<string> {
  const lines = names.map(
    (lead, i) =>
      `${name}.dat 16 1000/mV 16 0 ${leads[i]?.[0]} ${checksum(leads[i] as Int16Array)} 0 ${lead}`,
  );
  const text = [`${name} ${names.length} 500 ${SAMPLES}`, ...lines, '#Age: 50', ''].join('\n');
  await writeFile(join(folder, `${name}.hea`), header(text));
  await writeFile(join(folder, `${name}.dat`), data(bytesOf(frames(leads))));
  return name;
}
const damaged = (name: string, change: Change) => record(name, undefined, undefined, change);

describe('WFDB reader', () => {
  it('recognises headers by name: a damaged one is an error, not a file of another kind', () => {
    const head = new TextEncoder().encode('100 2 360 650000\n100.dat 212');
    expect(reader().recognises(head, '100.hea')).toBe(true);
    expect(reader().recognises(head, '100.txt')).toBe(false);
    expect(reader().recognises(new TextEncoder().encode('no header'), '100.hea')).toBe(true);
  });

  it('gives the twelve leads in order, in mV, with the view that they make', async () => {
    const names = [...standardLeads].reverse().map((lead) => `Lead ${lead.toLowerCase()}`);
    const got = await read(await record('reversed', names));
    expect(got.view).toEqual({
      shape: [12, SAMPLES],
      dtype: 'float32',
      axes: [
        { name: 'lead', labels: standardLeads },
        { name: 'time', spacing: 1 / 500, unit: 's' },
      ],
      unit: 'mV',
    });
    expect(got.id).toBe('reversed');
    expect(got.facts).toEqual({ age: 50 });
    const v6 = got.values.subarray(11 * SAMPLES);
    expect([...v6]).toEqual([...Float32Array.from(wave(0), (value) => value / 1000)]);
  });

  it('gives the files of a record', async () => {
    const name = await record('files');
    const files = ['files.hea', 'files.dat'].map((file) => join(folder, file));
    expect(await reader().files(join(folder, `${name}.hea`))).toEqual(files);
  });

  it('derives the four limb leads that follow from I and II', async () => {
    const name = await record('derived', ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
    const got = await read(name);
    expect(got.flags).toEqual(['derived III', 'derived aVR', 'derived aVL', 'derived aVF']);
    const row = (i: number) => got.values.subarray(i * SAMPLES, (i + 1) * SAMPLES);
    row(2).forEach((value, i) =>
      expect(value).toBeCloseTo((row(1)[i] as number) - (row(0)[i] as number), 6),
    );
  });

  it('reads the leads that are asked for, also by their own name', async () => {
    const name = await record('two', ['MLII', 'v5']);
    const got = await read(name, { leads: ['V5', 'MLII'] });
    expect(got.view.axes[0]?.labels).toEqual(['V5', 'MLII']);
    expect(got.values[0]).toBeCloseTo((wave(1)[0] as number) / 1000, 6);
  });

  it('reads gzip files, also where the header gives the plain name', async () => {
    const plain = await read(await record('plain'));
    await record('packed', undefined, undefined, { data: (bytes) => gzipSync(bytes) });
    const { rename } = await import('node:fs/promises');
    await rename(join(folder, 'packed.dat'), join(folder, 'packed.dat.gz'));
    expect((await read('packed')).values).toEqual(plain.values);
  });

  it('honours byte offset, gain, baseline, unit, samples per frame and skew', async () => {
    const text =
      'mixed 2 250 4\nmixed.dat 16x2:3+5 2(100)/uV 0 0 1 0 0 I\nmixed.dat 16+5 200 0 7 9 0 0 V1';
    await writeFile(join(folder, 'mixed.hea'), text);
    const values = [1, 2, 9, 3, 4, 9, 5, 6, 9, 7, 8, 9];
    const bytes = Buffer.concat([Buffer.alloc(5), bytesOf(Int16Array.from(values))]);
    await writeFile(join(folder, 'mixed.dat'), bytes);
    const options = { verify: false, maxNanFraction: 0.9 };
    const I = await read('mixed', { ...options, leads: ['I'] });
    expect(I.view.axes[1]?.spacing).toBe(1 / 500);
    // Three frames (six samples) of skew; the end is held.
    const at = (value: number) => Math.fround((value - 100) / 2 / 1000);
    expect([...I.values]).toEqual([7, 8, 8, 8, 8, 8, 8, 8].map(at));
    const V1 = await read('mixed', { ...options, leads: ['V1'] });
    expect([...V1.values]).toEqual([9, 9, 9, 9].map((value) => Math.fround((value - 7) / 200)));
    expect(
      await messageOf(read('mixed', { ...options, leads: ['V1', 'I'] })),
    ).toMatchInlineSnapshot(
      `"E_WFDB_RATE: <folder>/mixed.hea: lead I is sampled at 500 Hz, the first lead at 250 Hz. Fix: resample the record to one rate for all leads."`,
    );
  });

  it('digital amplitude ignores gain and baseline', async () => {
    const name = await record('digital', ['I'], undefined, {
      header: (text) => text.replace('1000/mV', '77(5)/mV'),
    });
    const got = await read(name, {
      leads: ['I'],
      amplitude: 'digital',
      digitalMicrovoltsPerStep: 5,
    });
    expect([...got.values]).toEqual([...Float32Array.from(wave(0), (value) => value * 0.005)]);
  });

  it('interpolates and flags invalid samples up to the limit', async () => {
    const bad = wave(0);
    bad.fill(-32768, 10, 15);
    const name = await record('invalid', ['I'], [bad]);
    const got = await read(name, { leads: ['I'] });
    expect(got.flags).toEqual(['NaN samples I 5']);
    const [before, after] = [got.values[9] as number, got.values[15] as number];
    expect(got.values[12]).toBeCloseTo((before + after) / 2, 6);
    expect(
      await messageOf(read(name, { leads: ['I'], maxNanFraction: 0.04 })),
    ).toMatchInlineSnapshot(
      `"E_WFDB_NAN: <folder>/invalid.hea: lead I has 5 invalid samples of 100, more than the limit of 4 %. Fix: leave the record out or raise the option \`maxNanFraction\` of the reader."`,
    );
  });

  it('flags leads that break the law of Einthoven', async () => {
    const name = await record('torn', ['I', 'II', 'III'], [wave(0), wave(1), wave(5)]);
    const { flags } = await read(name, { leads: ['I', 'II', 'III'] });
    expect(flags).toMatchInlineSnapshot(`
      [
        "Einthoven residual 0.526 mV",
      ]
    `);
  });
});

describe('WFDB reader, bad input: a coded error names file and cause', () => {
  it('truncated .dat', async () => {
    const name = await damaged('cut', { data: (bytes) => bytes.subarray(0, -10) });
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_TRUNCATED: <folder>/cut.hea: signal file "cut.dat" is truncated: it holds 2390 of the 2400 bytes that the header promises. Fix: copy the signal file again from its source."`,
    );
  });
  it('a header that asks for far more than there is', async () => {
    const header = (text: string) => text.replace(` ${SAMPLES}\n`, ' 999999999999\n');
    expect(await messageOf(read(await damaged('huge', { header })))).toMatchInlineSnapshot(
      `"E_WFDB_TRUNCATED: <folder>/huge.hea: signal file "huge.dat" is truncated: it holds 2400 of the 23999999999976 bytes that the header promises. Fix: copy the signal file again from its source."`,
    );
  });
  it('wrong checksum', async () => {
    const data = (bytes: Uint8Array) => bytes.with(200, (bytes[200] as number) ^ 1);
    const name = await damaged('checksum', { data });
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_CHECKSUM: <folder>/checksum.hea: signal "aVL" has the checksum -4350, its header says -4351. Fix: copy header and signal file again, or set \`verify: false\` on the reader if the header is wrong."`,
    );
    expect((await read(name, { verify: false })).view.shape).toEqual([12, SAMPLES]);
  });
  it('wrong initial value', async () => {
    const header = (text: string) => text.replace(' 16 0 0 ', ' 16 0 3 ');
    expect(await messageOf(read(await damaged('initial', { header })))).toMatchInlineSnapshot(
      `"E_WFDB_INITIAL: <folder>/initial.hea: signal "I" begins with the value 0, its header says 3. Fix: copy header and signal file again, or set \`verify: false\` on the reader if the header is wrong."`,
    );
  });
  it('unknown format', async () => {
    const header = (text: string) => text.replaceAll('.dat 16', '.dat 508');
    expect(await messageOf(read(await damaged('format', { header })))).toMatchInlineSnapshot(
      `"E_WFDB_FORMAT: <folder>/format.hea: signal "I" has the unsupported signal format 508. Fix: convert the record to one of the formats 16, 24, 32, 61, 80, 160, 212."`,
    );
  });
  it('missing lead', async () => {
    const name = await record('lead', standardLeads.slice(0, 11));
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_LEAD: <folder>/lead.hea: lead V6 is missing and cannot be derived; the record has I, II, III, aVR, aVL, aVF, V1, V2, V3, V4, V5. Fix: leave the record out or set the option \`leads\` of the reader to leads that all records have."`,
    );
  });
  it('missing signal file', async () => {
    const name = await damaged('gone', {
      header: (text) => text.replaceAll('gone.dat', 'lost.dat'),
    });
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_SIGNAL_MISSING: <folder>/gone.hea: its signal file "lost.dat" (or "lost.dat.gz") is not there. Fix: copy the signal file beside the header."`,
    );
  });
  it('no voltage', async () => {
    const name = await damaged('unit', { header: (text) => text.replace('/mV', '/mmHg') });
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_UNIT: <folder>/unit.hea: the unit of lead I is no voltage (nV, uV, mV, V). Fix: correct the units field of the header."`,
    );
  });
  it('zero-length files', async () => {
    expect(
      await messageOf(read(await damaged('zero', { data: () => new Uint8Array() }))),
    ).toMatchInlineSnapshot(
      `"E_WFDB_EMPTY: <folder>/zero.dat: the file has no content. Fix: copy the file again from its source."`,
    );
    expect(
      await messageOf(read(await damaged('blank', { header: () => '' }))),
    ).toMatchInlineSnapshot(
      `"E_WFDB_EMPTY: <folder>/blank.hea: the file has no content. Fix: copy the file again from its source."`,
    );
  });
  it('broken gzip', async () => {
    const name = await damaged('gzip', {
      header: (text) => text.replaceAll('gzip.dat', 'gzip.dat.gz'),
    });
    await writeFile(join(folder, 'gzip.dat.gz'), gzipSync(Buffer.alloc(2400)).subarray(0, -9));
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_GZIP: <folder>/gzip.hea: signal file "gzip.dat.gz" is not a whole gzip file of the 2400 bytes that the header promises. Fix: copy the signal file again from its source."`,
    );
  });
  it('a folder in place of a signal file', async () => {
    const name = await damaged('inner', { header: (text) => text.replaceAll('inner.dat', 'box') });
    await mkdir(join(folder, 'box'));
    expect(await messageOf(read(name))).toMatchInlineSnapshot(
      `"E_WFDB_READ: <folder>/box: the file cannot be read (not a plain file). Fix: check that it is a plain file and that you may read it."`,
    );
  });
  it('a header that is not there', async () => {
    expect(await messageOf(read('nothing'))).toMatchInlineSnapshot(
      `"E_WFDB_READ: <folder>/nothing.hea: the file cannot be read (ENOENT). Fix: check that it is a plain file and that you may read it."`,
    );
  });
});

describe('WFDB reader, any bytes', () => {
  const readable = async (header: Uint8Array | string, data: Uint8Array) => {
    await writeFile(join(folder, 'fuzz.hea'), header);
    await writeFile(join(folder, 'fuzz.dat'), data);
    const got = await read('fuzz', { leads: ['I'], verify: false }).catch(
      (error: unknown) => error,
    );
    if (got instanceof Error) {
      expect(isCoded(got), String(got.stack)).toBe(true);
      expect(got.message).toMatch(/^E_WFDB_/);
    } else {
      // No more samples than the file can hold.
      expect((got as { values: Float32Array }).values.length).toBeLessThanOrEqual(data.length);
    }
  };

  it('as header: a record or a coded error', () =>
    fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), readable), {
      numRuns: 200,
    }));

  it('in the fields of a header: a record or a coded error, within the size of the file', () => {
    const field = fc.oneof(
      fc.constantFrom(
        '16',
        '212',
        '80x3',
        '16+9',
        '24:5',
        '61',
        '160',
        'I',
        'fuzz.dat',
        '-1',
        '/',
        '0',
      ),
      fc.constantFrom(
        '1000/mV',
        '1e999',
        '200(9999999999999)/mV',
        '999999999999',
        '16x999999999+99',
      ),
      fc.integer().map(String),
      fc.string({ maxLength: 6 }),
    );
    const fields = fc.array(field, { maxLength: 11 });
    const head = fc.tuple(fc.constant('fuzz'), fc.oneof(fc.constant('1'), field), field, field);
    const line = fields.map((rest) => ['fuzz.dat', ...rest].join(' '));
    const header = fc
      .tuple(head, fc.array(line, { maxLength: 3 }))
      .map(([first, lines]) => [first.join(' '), ...lines].join('\n'));
    return fc.assert(
      fc.asyncProperty(header, fc.uint8Array({ minLength: 1, maxLength: 60 }), readable),
      { numRuns: 500 },
    );
  });
});
