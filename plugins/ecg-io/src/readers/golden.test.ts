import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { standardLead, standardLeads } from '../leads.ts';
import { decodeAecg } from './aecg/aecg.ts';
import { decodeCardiosoft } from './cardiosoft/cardiosoft.ts';
import type { Recording } from './common/recording.ts';
import { decodeDicom } from './dicom/dicom.ts';
import { decodeEdf } from './edf/edf.ts';
import { decodeMuse } from './muse/muse.ts';
import { decodePhilips } from './philips/philips.ts';
import { readers } from './index.ts';
import { decodeScp } from './scp/scp.ts';
import { openReader } from './testing/open-reader.ts';

const beside = fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const root = join(process.env['DUALBEAT_DATA'] ?? beside, 'ecg-formats');
const there = existsSync(join(root, 'reference.json'));
const skipped = there ? '' : ' (skipped: no data folder; set DUALBEAT_DATA)';

type Reference = {
  readonly [file: string]: {
    readonly fs: number;
    readonly leads: {
      readonly [lead: string]: {
        readonly n: number;
        readonly first8_uV: readonly number[];
        readonly min_uV: number;
        readonly max_uV: number;
        readonly mean_uV: number;
      };
    };
  };
};
const reference = there
  ? (JSON.parse(readFileSync(join(root, 'reference.json'), 'utf8')) as Reference)
  : {};

const decoders: {
  readonly [folder: string]: (b: Uint8Array, w: string) => Recording | Promise<Recording>;
} = {
  'muse-xml': decodeMuse,
  'cardiosoft-xml': decodeCardiosoft,
  'philips-xml': (bytes, where) => decodePhilips(bytes, where, 'keep'),
  aecg: decodeAecg,
  scp: decodeScp,
  dicom: decodeDicom,
  edf: decodeEdf,
};
const ids: { readonly [folder: string]: string } = {
  'muse-xml': 'muse-xml',
  'cardiosoft-xml': 'cardiosoft-xml',
  'philips-xml': 'philips-xml',
  aecg: 'hl7-aecg',
  scp: 'scp-ecg',
  dicom: 'dicom-ecg',
  edf: 'edf',
};
const leadKey = (name: string) => standardLead(name) ?? name;
const decimals = (value: number) => (String(value).split('.')[1] ?? '').length;
/** The decoder of SCP-ECG and aECG wrote six significant digits. */
const digitsOf = (file: string, value: number) =>
  /^(scp|aecg)/.test(file) && value !== 0
    ? Math.min(6, 5 - Math.floor(Math.log10(Math.abs(value))))
    : 6;
/** As the reference writes it: to its last digit. */
const sameTo = (digits: number, value: number, expected: number) =>
  Math.abs(value - expected) <= 0.5 * 10 ** -digits * (1 + 1e-6);
const open = (id: string, options: object = {}) => openReader(readers, id, options);

describe.skipIf(!there)(`values of the reference${skipped}`, () => {
  it.each(Object.keys(reference))(
    '%s: rate, count, first samples, extremes and mean of each lead',
    async (file) => {
      const folder = file.split('/')[0] as string;
      const expected = reference[file] as Reference[string];
      const path = join(root, file);
      const recording = await (decoders[folder] as (typeof decoders)[string])(
        readFileSync(path),
        path,
      );
      const names = Object.keys(expected.leads).map(leadKey);
      expect(recording.leads.map((lead) => leadKey(lead.name)).sort()).toEqual([...names].sort());
      const options = folder === 'philips-xml' ? { calibrationPulse: 'keep' } : {};
      const wanted = names.length === 1 ? { leads: names } : {};
      const record = await (
        await open(ids[folder] as string, { ...options, ...wanted })
      ).read(path);
      const labels = record.view.axes[0]?.labels as readonly string[];
      expect(labels).toEqual(names.length === 1 ? names : standardLeads);
      expect(1 / (record.view.axes[1]?.spacing as number)).toBeCloseTo(expected.fs, 9);
      for (const [name, lead] of Object.entries(expected.leads)) {
        const got = recording.leads.find((each) => leadKey(each.name) === leadKey(name));
        const values = [...(got?.microvolts ?? [])];
        // demo.scp counts its samples from 0 and stores 10,000: the reference read one too many, the first one of the next lead.
        const stored = file === 'scp/demo.scp' ? lead.n - 1 : lead.n;
        const after = recording.leads[recording.leads.findIndex((each) => each === got) + 1];
        const overread = stored === lead.n ? [] : [...(after?.microvolts.subarray(0, 1) ?? [])];
        expect(got?.samplingHz).toBe(expected.fs);
        expect(values.length).toBe(stored);
        lead.first8_uV.forEach((value, i) =>
          expect(
            sameTo(digitsOf(file, value), values[i] as number, value),
            `${name} ${i}: ${values[i]} ${value}`,
          ).toBe(true),
        );
        const whole = [...values, ...overread];
        const mean = whole.reduce((sum, value) => sum + value, 0) / whole.length;
        expect(
          sameTo(digitsOf(file, lead.min_uV), Math.min(...values), lead.min_uV),
          `${name} min`,
        ).toBe(true);
        expect(
          sameTo(digitsOf(file, lead.max_uV), Math.max(...values), lead.max_uV),
          `${name} max`,
        ).toBe(true);
        const isWhole = whole.length === lead.n; // not the last lead of demo.scp
        if (isWhole)
          expect(
            sameTo(Math.max(3, decimals(lead.mean_uV)), mean, lead.mean_uV),
            `${name} ${mean} ${lead.mean_uV}`,
          ).toBe(true);
        // The record has the same values, in mV as 32-bit numbers.
        const row = labels.indexOf(leadKey(name));
        const kept = record.values.subarray(row * stored, (row + 1) * stored);
        expect(kept.every((value, i) => value === Math.fround((values[i] as number) / 1000))).toBe(
          true,
        );
      }
    },
  );

  it('SCP-ECG and aECG of one recording agree sample for sample', async () => {
    const [a, b] = await Promise.all([
      (await open('scp-ecg')).read(join(root, 'scp/Example.scp')),
      (await open('hl7-aecg')).read(join(root, 'aecg/hl7_Example_aECG.xml')),
    ]);
    expect(a.view).toEqual(b.view);
    expect(Buffer.compare(Buffer.from(a.values.buffer), Buffer.from(b.values.buffer))).toBe(0);
  });

  it('Philips: the calibration pulse behind the recording is cut off and flagged', async () => {
    const reader = await open('philips-xml');
    for (const file of Object.keys(reference).filter((name) => name.startsWith('philips'))) {
      const record = await reader.read(join(root, file));
      expect(
        record.flags.filter((flag) => flag.startsWith('calibration')),
        file,
      ).toHaveLength(1);
      expect(record.view.shape[1], file).toBeLessThanOrEqual(5300);
    }
  });

  it('facts are age, sex and codes; no name, id or date of birth leaves a reader', async () => {
    const facts: { [file: string]: unknown } = {};
    const secrets =
      /Clark|SBJ-123|19530508|1953|1532006361|ACE|1965|9999|1112010721168bdc|12-678|demo|Patient|1976|1951|xxxxxx|A00001/;
    for (const file of Object.keys(reference)) {
      const folder = file.split('/')[0] as string;
      const leads = folder === 'edf' ? { leads: ['ECG'] } : {};
      const record = await (await open(ids[folder] as string, leads)).read(join(root, file));
      expect(Object.keys(record.facts).every((key) => ['age', 'sex', 'codes'].includes(key))).toBe(
        true,
      );
      expect(JSON.stringify([record.facts, record.flags])).not.toMatch(secrets);
      facts[file] = record.facts;
    }
    expect(facts).toMatchInlineSnapshot(`
      {
        "aecg/hl7_Example_aECG.xml": {
          "age": 46,
          "sex": "male",
        },
        "cardiosoft-xml/ecgprocess_example-XML1.xml": {
          "age": 53,
          "sex": "male",
        },
        "dicom/cardio_sample.dcm": {
          "age": 39,
          "sex": "male",
        },
        "edf/cardio_sample.edf": {
          "age": null,
          "sex": null,
        },
        "muse-xml/braveheart_example1.xml": {
          "age": null,
          "sex": null,
        },
        "muse-xml/braveheart_example2.xml": {
          "age": null,
          "sex": null,
        },
        "muse-xml/braveheart_example3.xml": {
          "age": null,
          "sex": null,
        },
        "muse-xml/braveheart_example4.xml": {
          "age": null,
          "sex": null,
        },
        "philips-xml/1_03_129DYPRG.XML": {
          "age": 50,
          "sex": "male",
        },
        "philips-xml/1_04_01_2020-5-18_15-48-11.xml": {
          "age": 69,
          "codes": "SR,ET",
          "sex": null,
        },
        "philips-xml/1_04_ad4d3d80-d165_1-04_orig.xml": {
          "age": 32,
          "codes": "SB,NPTA",
          "sex": "female",
        },
        "scp/Example.scp": {
          "age": 49,
          "sex": "male",
        },
        "scp/demo.scp": {
          "age": 47,
          "sex": "male",
        },
      }
    `);
  });
});
