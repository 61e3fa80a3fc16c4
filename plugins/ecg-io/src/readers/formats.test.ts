import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzzReader } from '@dualbeat/plugin-kit/report';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardLeads } from '../leads.ts';
import { readers } from './index.ts';
import { openReader } from './testing/open-reader.ts';
import { waveLeads, writers } from './testing/write-files.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const cases = full ? 5000 : 200;
const open = (id: string, options: object = {}) => openReader(readers, id, options);
const rated: { readonly [id: string]: object } = {
  npy: { samplingHz: 500 },
  npz: { samplingHz: 500 },
  'hdf5-ecg': { samplingHz: 500 },
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

const messageOf = async (run: Promise<unknown>) => {
  const message = await run.then(
    () => 'no error',
    (error: Error) => error.message,
  );
  return message.replaceAll(folder, '<folder>');
};

describe.each(Object.entries(writers))('%s', (id, { ending, write }) => {
  it('gives back what was written, in order and in mV; no name or id of a person', async () => {
    const leads = waveLeads();
    const path = join(folder, `${id}.${ending}`);
    const bytes = await write([...leads]);
    await writeFile(path, bytes);
    const reader = await open(id, rated[id]);
    expect(reader.recognises(bytes.subarray(0, 1024), `${id}.${ending}`)).toBe(true);
    const others = readers.filter((each) => each.id !== id && each.id !== 'wfdb');
    for (const other of others) {
      expect(
        (await open(other.id)).recognises(bytes.subarray(0, 1024), `${id}.${ending}`),
        other.id,
      ).toBe(false);
    }
    const record = await reader.read(path);
    expect(record.view.axes[0]?.labels).toEqual(standardLeads);
    expect(record.view.axes[1]?.spacing).toBe(1 / 500);
    expect(record.view.shape).toEqual([12, 60]);
    leads.forEach(([, values], lead) => {
      const row = record.values.subarray(lead * 60, (lead + 1) * 60);
      row.forEach((value, i) => expect(value).toBeCloseTo((values[i] as number) * 0.005, 6));
    });
    expect(JSON.stringify(record)).not.toMatch(/Doe|ID77|1950/);
    if ('age' in record.facts && record.facts['age'] !== null) {
      expect(record.facts).toEqual({ age: 59, sex: 'female' });
    }
  });

  it(`damaged files (${cases}): a record or a coded error that names the file`, async () => {
    const own = await mkdtemp(join(tmpdir(), 'dualbeat-fuzz-'));
    try {
      await writeFile(join(own, `r.${ending}`), await write(waveLeads(24).slice(0, 3)));
      const options = { ...rated[id], leads: ['I', 'II'], storedLeads: ['I', 'II', 'III'] };
      const isArray = /npy|npz|hdf5|safetensors/.test(id);
      const reader = await open(id, isArray ? options : { leads: ['I', 'II'] });
      const { reads, refused } = await fuzzReader(
        reader,
        { folder: own, entry: `r.${ending}` },
        { cases },
      );
      expect(reads).toBe(cases);
      expect(refused).toBeGreaterThan(cases / 10);
    } finally {
      await rm(own, { recursive: true });
    }
  }, 600_000);
});

describe('bombs and other refusals', () => {
  const written = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  it('entities of XML', async () => {
    const path = await written(
      'e.xml',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><RestingECG>&x;</RestingECG>',
    );
    expect(await messageOf((await open('muse-xml')).read(path))).toMatchInlineSnapshot(
      `"E_ECG_UNSUPPORTED: <folder>/e.xml: this GE MUSE XML file has a document type with declarations, which is not supported. Fix: export the recording again in a form that the README of @dualbeat/ecg-io lists."`,
    );
  });
  it('deeply nested XML', async () => {
    const path = await written(
      'd.xml',
      `<RestingECG>${'<a>'.repeat(9000)}${'</a>'.repeat(9000)}</RestingECG>`,
    );
    expect(await messageOf((await open('muse-xml')).read(path))).toMatchInlineSnapshot(
      `"E_ECG_DAMAGED: <folder>/d.xml: it is no whole GE MUSE XML file: its XML is nested too deeply or malformed. Fix: copy the file again from its source or leave it out."`,
    );
  });
  it('npz: a member larger than it can be, and one with a path', async () => {
    const { zipSync } = await import('fflate');
    const bomb = zipSync({ 'ecg.npy': new Uint8Array(129 * 2 ** 20) }, { level: 1 });
    const reader = await open('npz', { samplingHz: 500 });
    expect(await messageOf(reader.read(await written('b.npz', bomb)))).toMatchInlineSnapshot(
      `"E_ECG_ARCHIVE: <folder>/b.npz: the archive is refused: its members have more than 134217728 bytes. Fix: make the file again with numpy.savez or leave it out."`,
    );
    const path = zipSync({ '../ecg.npy': new Uint8Array(9) });
    expect(await messageOf(reader.read(await written('p.npz', path)))).toMatchInlineSnapshot(
      `"E_ECG_ARCHIVE: <folder>/p.npz: the archive is refused: a member has a path as its name. Fix: make the file again with numpy.savez or leave it out."`,
    );
  });
  it('arrays without a rate, missing leads', async () => {
    const npy = await written(
      'r.npy',
      await (writers['npy'] as (typeof writers)[string]).write(waveLeads()),
    );
    expect(await messageOf((await open('npy')).read(npy))).toMatchInlineSnapshot(
      `"E_ECG_RATE_UNKNOWN: <folder>/r.npy: the file does not say its sampling rate. Fix: set the option \`samplingHz\` of the reader."`,
    );
    const edf = await written(
      'l.edf',
      await (writers['edf'] as (typeof writers)[string]).write(waveLeads().slice(0, 2)),
    );
    expect(await messageOf((await open('edf')).read(edf))).toMatchInlineSnapshot(
      `"E_ECG_LEAD: <folder>/l.edf: lead V1 is missing and cannot be derived; the file has I, II. Fix: leave the file out, set the option \`leads\` of the reader to leads that all files have, or set \`missingLeads: zeros\`."`,
    );
    const record = await (await open('edf', { missingLeads: 'zeros' })).read(edf);
    expect(record.flags).toContain('missing V6');
    expect(record.flags).toContain('derived aVF');
  });
});
