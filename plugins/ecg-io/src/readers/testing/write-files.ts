/** @file For tests: small files of each format, written from digital values of 5 uV a step at 500 Hz. */
import { crc32 } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the reader loads it lazily; this file is of tests only
import { writeSafetensors } from '@dualbeat/nn';
import { crcOf } from '../scp/sections.ts';

export type Leads = readonly (readonly [string, Int16Array])[];
type Writer = (leads: Leads) => Uint8Array | Promise<Uint8Array>;
const text = (content: string) => new TextEncoder().encode(content);
const base64 = (bytes: ArrayBufferView) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const muse: Writer = (leads) => {
  const each = leads.map(
    ([name, v]) =>
      `<LeadData><LeadSampleCountTotal>${v.length}</LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>5</LeadAmplitudeUnitsPerBit>` +
      `<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>${name}</LeadID><LeadSampleSize>2</LeadSampleSize>` +
      `<LeadDataCRC32>${crc32(new Uint8Array(v.buffer))}</LeadDataCRC32><WaveFormData>${base64(v)}</WaveFormData></LeadData>`,
  );
  return text(
    '<?xml version="1.0"?><RestingECG><PatientDemographics><PatientID>ID77</PatientID><DateofBirth>03-04-1950</DateofBirth>' +
      '<PatientLastName>Doe</PatientLastName><Gender>FEMALE</Gender></PatientDemographics><TestDemographics>' +
      '<AcquisitionDate>03-03-2010</AcquisitionDate></TestDemographics><Waveform><WaveformType>Rhythm</WaveformType>' +
      `<SampleBase>500</SampleBase><SampleExponent>0</SampleExponent>${each.join('')}</Waveform></RestingECG>`,
  );
};
const cardiosoft: Writer = (leads) =>
  text(
    '<?xml version="1.0"?><CardiologyXML><PatientInfo><PID>ID77</PID><Age units="YEARS">59</Age><Gender>FEMALE</Gender></PatientInfo>' +
      `<StripData><SampleRate units="Hz">500</SampleRate><ChannelSampleCountTotal>${leads[0]?.[1].length}</ChannelSampleCountTotal>` +
      '<Resolution units="uVperLsb">5</Resolution>' +
      leads
        .map(([name, v]) => `<WaveformData lead="${name}">${[...v].join(',')}</WaveformData>`)
        .join('') +
      '</StripData></CardiologyXML>',
  );
/** 10-bit codes without any entry of the table: valid LZW, if no compression. */
function xliChunk(v: Int16Array): Uint8Array {
  const stored = new Uint8Array(2 * v.length);
  const [a = 0, b = 0, c = 0] = v;
  const start = 2 * b - a - c;
  const value = (i: number): number =>
    i < 2
      ? (v[i] as number)
      : i === v.length - 1
        ? 64
        : 2 * (v[i] as number) - (v[i - 1] as number) - (v[i + 1] as number) + 64;
  v.forEach((_, i) => {
    stored[i] = (value(i) >> 8) & 255;
    stored[v.length + i] = value(i) & 255;
  });
  const bits = [...stored, 1023].map((code) => code.toString(2).padStart(10, '0')).join('');
  const packed = (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2));
  const head = new DataView(new ArrayBuffer(8));
  head.setInt32(0, packed.length, true);
  head.setInt16(6, start, true);
  return Uint8Array.from([...new Uint8Array(head.buffer), ...packed]);
}
const philips: Writer = (leads) => {
  const [I, II] = [leads[0]?.[1] as Int16Array, leads[1]?.[1] as Int16Array];
  const III = II.map((v, i) => v - (I[i] as number));
  const half = (n: number) => Math.floor(n / 2);
  const guess: { readonly [name: string]: (i: number) => number } = {
    III: (i) => III[i] as number,
    aVR: (i) => -half((I[i] as number) + (II[i] as number)),
    aVL: (i) =>
      half((I[i] as number) - ((leads.find(([n]) => n === 'III')?.[1] ?? III)[i] as number)),
    aVF: (i) =>
      half((II[i] as number) + ((leads.find(([n]) => n === 'III')?.[1] ?? III)[i] as number)),
  };
  const chunks = leads.map(([name, v]) =>
    xliChunk(name in guess ? v.map((x, i) => (guess[name] as (i: number) => number)(i) - x) : v),
  );
  const all = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  return text(
    '<?xml version="1.0"?><restingecgdata><documentinfo><documentversion>1.04</documentversion></documentinfo><patient><generalpatientdata>' +
      '<patientid>ID77</patientid><name><lastname>Doe</lastname></name><age><years>59</years></age><sex>Female</sex></generalpatientdata></patient>' +
      `<waveforms><parsedwaveforms compression="XLI" numberofleads="${leads.length}" leadlabels="${leads.map(([n]) => n).join(' ')}" ` +
      `durationperchannel="${2 * I.length}" samplespersecond="500" resolution="5" bitspersample="16">${base64(all)}</parsedwaveforms></waveforms></restingecgdata>`,
  );
};
const aecg: Writer = (leads) =>
  text(
    '<?xml version="1.0"?><AnnotatedECG xmlns="urn:hl7-org:v3"><component><series><code code="RHYTHM"/><component><sequenceSet>' +
      '<component><sequence><code code="TIME_ABSOLUTE"/><value><head value="2010"/><increment value="2" unit="ms"/></value></sequence></component>' +
      leads
        .map(
          ([name, v]) =>
            `<component><sequence><code code="MDC_ECG_LEAD_${name.toUpperCase()}"/><value><origin value="0" unit="uV"/><scale value="5" unit="uV"/>` +
            `<digits>${[...v].join(' ')}</digits></value></sequence></component>`,
        )
        .join('') +
      '</sequenceSet></component></series></component></AnnotatedECG>',
  );
const scpIds: { readonly [name: string]: number } = {
  ...{ I: 1, II: 2, V1: 3, V2: 4, V3: 5, V4: 6, V5: 7, V6: 8, III: 61, aVR: 62, aVL: 63, aVF: 64 },
};
/** The default Huffman table with second differences: short codes, and 16 bits where they are longer. */
function huffman(v: Int16Array): number[] {
  const code = (n: number) =>
    n === 0
      ? '0'
      : Math.abs(n) <= 8
        ? `${'1'.repeat(Math.abs(n))}0${n < 0 ? 1 : 0}`
        : `1111111111${(n & 0xffff).toString(2).padStart(16, '0')}`;
  const d = Array.from(v, (x, i) =>
    i < 2 ? x : x - 2 * (v[i - 1] as number) + (v[i - 2] as number),
  );
  const bits = d.map(code).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2));
}
const u16 = (n: number) => [n & 255, (n >> 8) & 255];
const u32 = (n: number) => [...u16(n & 0xffff), ...u16(n >>> 16)];
const scp: Writer = (leads) => {
  const packed = leads.map(([, v]) => huffman(v));
  const bodies: [number, number[]][] = [
    [1, [8, 1, 0, 2, 4, 3, 0, 59, 0, 1, 255, 0, 0]],
    [2, u16(19999)],
    [
      3,
      [
        leads.length,
        4,
        ...leads.flatMap(([n, v]) => [...u32(1), ...u32(v.length), scpIds[n] ?? 0]),
      ],
    ],
    [
      6,
      [...u16(5000), ...u16(2000), 2, 0, ...packed.flatMap((p) => u16(p.length)), ...packed.flat()],
    ],
  ];
  const sections = [0, ...bodies.map(([id]) => id)];
  const zero = 16 + 10 * sections.length;
  let at = 7;
  const lengths = [zero, ...bodies.map(([, body]) => 16 + body.length)];
  const pointers = sections.flatMap((id, i) => {
    const pointer = [...u16(id), ...u32(lengths[i] as number), ...u32(at)];
    at += lengths[i] as number;
    return pointer;
  });
  const head = (id: number, length: number, mark: number[]) => [
    0,
    0,
    ...u16(id),
    ...u32(length),
    20,
    20,
    ...mark,
  ];
  const rest = [
    ...head(0, zero, [...strToU8('SCPECG')]),
    ...pointers,
    ...bodies.flatMap(([id, body]) => [...head(id, 16 + body.length, [0, 0, 0, 0, 0, 0]), ...body]),
  ];
  const sized = [...u32(rest.length + 6), ...rest];
  return Uint8Array.from([...u16(crcOf(Uint8Array.from(sized))), ...sized]);
};
const edf: Writer = (leads) => {
  const pad = (s: string | number, n: number) => String(s).padEnd(n).slice(0, n);
  const n = leads[0]?.[1].length ?? 0;
  const columns = (width: number, of: (name: string) => string | number) =>
    leads.map(([name]) => pad(of(name), width)).join('');
  const header =
    pad(0, 8) +
    pad('ID77 F 04-MAR-1950 Doe', 80) +
    pad('Startdate 03-MAR-2010 X X X', 80) +
    '03.03.1000.00.00' +
    pad(256 * (leads.length + 1), 8) +
    pad('EDF+C', 44) +
    pad(1, 8) +
    pad(n / 500, 8) +
    pad(leads.length, 4) +
    columns(16, (name) => `ECG ${name}`) +
    columns(80, () => '') +
    columns(8, () => 'uV') +
    columns(8, () => -163840) +
    columns(8, () => 163835) +
    columns(8, () => -32768) +
    columns(8, () => 32767) +
    columns(80, () => '') +
    columns(8, () => n) +
    columns(32, () => '');
  return Uint8Array.from([
    ...strToU8(header),
    ...leads.flatMap(([, v]) => [...new Uint8Array(v.slice().buffer)]),
  ]);
};
const csv: Writer = (leads) => {
  const lines = Array.from(leads[0]?.[1] ?? [], (_, i) =>
    [i * 0.002, ...leads.map(([, v]) => (v[i] as number) * 5)].join(','),
  );
  return text([['time', ...leads.map(([n]) => `${n} (uV)`)].join(','), ...lines, ''].join('\n'));
};
const flat = (leads: Leads) =>
  Float32Array.from(leads.flatMap(([, v]) => Array.from(v, (x) => x * 0.005)));
const npy: Writer = (leads) => {
  const shape = `(${leads.length}, ${leads[0]?.[1].length})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  return Uint8Array.from([
    0x93,
    ...strToU8('NUMPY'),
    1,
    0,
    ...u16(header.length),
    ...strToU8(header),
    ...new Uint8Array(flat(leads).buffer),
  ]);
};
const npz: Writer = async (leads) => zipSync({ 'ecg.npy': await npy(leads) });
const safetensors: Writer = (leads) =>
  writeSafetensors(
    { ecg: { dtype: 'F32', shape: [leads.length, leads[0]?.[1].length ?? 0], data: flat(leads) } },
    { samplingHz: '500' },
  );
const hdf5: Writer = async (leads) => {
  const h5 = await import('h5wasm');
  await h5.ready;
  const file = new h5.File('written.h5', 'w');
  file.create_dataset({
    name: 'ecg',
    data: flat(leads),
    shape: [leads.length, leads[0]?.[1].length ?? 0],
  });
  file.close();
  return (h5.FS as unknown as { readFile(name: string): Uint8Array })
    .readFile('written.h5')
    .slice();
};
const explicit = (vr: string, group: number, element: number, value: Uint8Array | number[]) => {
  const long = vr === 'SQ' || vr === 'OW' || vr === 'OB';
  return [
    ...u16(group),
    ...u16(element),
    ...strToU8(vr),
    ...(long ? [0, 0, ...u32(value.length)] : u16(value.length)),
    ...value,
  ];
};
const even = (s: string, fill = ' ') => [...strToU8(s.length % 2 ? s + fill : s)];
const item = (content: number[]) => [0xfe, 0xff, 0x00, 0xe0, ...u32(content.length), ...content];
const dicom: Writer = (leads) => {
  const n = leads[0]?.[1].length ?? 0;
  const uid = even('1.2.840.10008.5.1.4.1.1.9.1.1', '\0');
  const meta = [
    ...explicit('UI', 2, 2, uid),
    ...explicit('UI', 2, 0x10, even('1.2.840.10008.1.2.1', '\0')),
  ];
  const channels = leads.flatMap(([name]) =>
    item([
      ...explicit(
        'SQ',
        0x3a,
        0x208,
        item([
          ...explicit('SH', 8, 0x100, even(`2:${scpIds[name]}`)),
          ...explicit('LO', 8, 0x104, even(name)),
        ]),
      ),
      ...explicit('DS', 0x3a, 0x210, even('5')),
      ...explicit('SQ', 0x3a, 0x211, item(explicit('SH', 8, 0x100, even('uV')))),
    ]),
  );
  const frames = Array.from({ length: n }, (_, i) =>
    leads.flatMap(([, v]) => u16((v[i] as number) & 0xffff)),
  ).flat();
  const group = [
    ...explicit('US', 0x3a, 5, u16(leads.length)),
    ...explicit('UL', 0x3a, 0x10, u32(n)),
    ...explicit('DS', 0x3a, 0x1a, even('500')),
    ...explicit('SQ', 0x3a, 0x200, channels),
    ...explicit('US', 0x5400, 0x1004, u16(16)),
    ...explicit('CS', 0x5400, 0x1006, even('SS')),
    ...explicit('OW', 0x5400, 0x1010, frames),
  ];
  const body = [
    ...explicit('UI', 8, 0x16, uid),
    ...explicit('PN', 0x10, 0x10, even('Doe^Jane')),
    ...explicit('LO', 0x10, 0x20, even('ID77')),
    ...explicit('CS', 0x10, 0x40, even('F')),
    ...explicit('AS', 0x10, 0x1010, even('059Y')),
    ...explicit('SQ', 0x5400, 0x100, item(group)),
  ];
  return Uint8Array.from([
    ...new Uint8Array(128),
    ...strToU8('DICM'),
    ...explicit('UL', 2, 0, u32(meta.length)),
    ...meta,
    ...body,
  ]);
};

/** By reader id: the ending of its files and a writer. */
export const writers: {
  readonly [id: string]: { readonly ending: string; readonly write: Writer };
} = {
  'muse-xml': { ending: 'xml', write: muse },
  'cardiosoft-xml': { ending: 'xml', write: cardiosoft },
  'philips-xml': { ending: 'xml', write: philips },
  'hl7-aecg': { ending: 'xml', write: aecg },
  'scp-ecg': { ending: 'scp', write: scp },
  'dicom-ecg': { ending: 'dcm', write: dicom },
  edf: { ending: 'edf', write: edf },
  'csv-ecg': { ending: 'csv', write: csv },
  npy: { ending: 'npy', write: npy },
  npz: { ending: 'npz', write: npz },
  'hdf5-ecg': { ending: 'h5', write: hdf5 },
  'safetensors-ecg': { ending: 'safetensors', write: safetensors },
};

/** Twelve leads of a slow wave whose limb leads obey Einthoven's law, in steps. */
export function waveLeads(samples = 60): Leads {
  const wave = (k: number) =>
    Int16Array.from({ length: samples }, (_, i) => 2 * Math.round(90 * Math.sin((i + 5 * k) / 7)));
  const [I, II] = [wave(1), wave(2)];
  const of = (a: number, b: number) => I.map((x, i) => a * x + b * (II[i] as number));
  const limbs = [
    ['I', I],
    ['II', II],
    ['III', of(-1, 1)],
    ['aVR', of(-0.5, -0.5)],
    ['aVL', of(1, -0.5)],
    ['aVF', of(-0.5, 1)],
  ] as const;
  return [...limbs, ...[1, 2, 3, 4, 5, 6].map((n) => [`V${n}`, wave(2 + n)] as const)];
}
