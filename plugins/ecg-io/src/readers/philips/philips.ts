/** @file Philips Sierra (PageWriter) XML 1.03, 1.04 and 1.04.01, with XLI compression. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import * as errors from '../common/errors.ts';
import { ageAt, ageOf, dayOf, factsOf, sexOf } from '../common/facts.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptions } from '../common/lead-options.ts';
import { checkCounts, checkRate, MAX_XML_BYTES } from '../common/limits.ts';
import type { Facts, Recording } from '../common/recording.ts';
import {
  all,
  attribute,
  base64Bytes,
  first,
  headText,
  numberOf,
  parseXml,
  textAt,
} from '../common/xml.ts';
import type { XmlNode } from '../common/xml.ts';
import { calibrationStart } from './calibration.ts';
import { undoLimbDifferences } from './limb-differences.ts';
import { decodeXli } from './xli.ts';

const FORMAT = 'Philips Sierra XML';
const versions = ['1.03', '1.04', '1.04.01'];

export const philipsOptions = Type.Object(
  {
    ...leadOptions,
    calibrationPulse: Type.Union([Type.Literal('cut'), Type.Literal('keep')], {
      default: 'cut',
      description:
        'The machine ends all leads with a 1 mV pulse at the same time: cut off and flagged (cut), or left (keep).',
    }),
  },
  { additionalProperties: false },
);
export type PhilipsOptions = Static<typeof philipsOptions>;

export const philips = defineReader({
  id: 'philips-xml',
  format: FORMAT,
  options: philipsOptions,
  maxBytes: MAX_XML_BYTES,
  recognises: (head, name) => /<restingecgdata[\s>]/.test(headText(head, name)),
  decode: (bytes, where, options) => decodePhilips(bytes, where, options.calibrationPulse),
});

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _LIMIT, _UNSUPPORTED. */
export async function decodePhilips(
  bytes: Uint8Array,
  where: string,
  calibrationPulse: PhilipsOptions['calibrationPulse'],
): Promise<Recording> {
  const root = await parseXml(bytes, where, FORMAT, 'restingecgdata');
  const version = textAt(root, 'documentinfo', 'documentversion');
  if (!versions.includes(version)) {
    throw errors.unsupported(where, FORMAT, `a version that is none of ${versions.join(', ')}`);
  }
  const parsed = first(root, 'waveforms', 'parsedwaveforms');
  if (parsed === undefined) throw errors.noWaveform(where, FORMAT, 'parsedwaveforms');
  const signal = first(root, 'dataacquisition', 'signalcharacteristics');
  const number = (text: string, what: string) => numberOf(text, what, where, FORMAT);
  const samplingHz = checkRate(
    where,
    FORMAT,
    number(
      attribute(parsed, 'samplespersecond') || textAt(signal, 'samplingrate'),
      'sampling rate',
    ),
  );
  const resolutionText =
    attribute(parsed, 'resolution') ||
    textAt(signal, 'resolution') ||
    textAt(signal, 'signalresolution');
  const resolution = number(resolutionText, 'resolution');
  const offset = number(
    attribute(parsed, 'signaloffset') || textAt(signal, 'signaloffset') || '0',
    'signal offset',
  );
  if ((attribute(parsed, 'bitspersample') || textAt(signal, 'bitspersample') || '16') !== '16') {
    throw errors.unsupported(where, FORMAT, 'samples of another size than 16 bits');
  }
  const names = leadNames(root, parsed, signal);
  const milliseconds = number(attribute(parsed, 'durationperchannel'), 'duration');
  const samples = Math.round((milliseconds * samplingHz) / 1000);
  if (names.length === 0 || samples <= 2)
    throw errors.noWaveform(where, FORMAT, 'leads or samples');
  checkCounts(where, names.length, names.length * samples);
  const packed = base64Bytes(textAt(parsed), where, FORMAT);
  const digital = isXli(parsed)
    ? undoLimbDifferences(names, decodeXli(packed, names.length, samples, where))
    : plainLeads(packed, names.length, samples, where);
  const leads = digital.map((values, i) => ({
    name: names[i] as string,
    samplingHz,
    microvolts: Float64Array.from(values, (value) => (value - offset) * resolution),
  }));
  const facts = philipsFacts(root);
  const cut = calibrationPulse === 'cut' ? calibrationStart(leads) : undefined;
  if (cut === undefined) return { leads, facts, flags: [] };
  const flag = `calibration pulse cut at ${Number((cut / samplingHz).toFixed(3))} s`;
  const shorter = leads.map((lead) => ({ ...lead, microvolts: lead.microvolts.slice(0, cut) }));
  return { leads: shorter, facts, flags: [flag] };
}

function isXli(parsed: XmlNode): boolean {
  const method = attribute(parsed, 'compression') || attribute(parsed, 'compressmethod');
  return method === 'XLI' && attribute(parsed, 'compressflag').toLowerCase() !== 'false';
}

function leadNames(root: XmlNode, parsed: XmlNode, signal: XmlNode | undefined): string[] {
  const format = first(root, 'reportinfo', 'reportformat', 'waveformformat');
  const labels = attribute(parsed, 'leadlabels') || textAt(format, 'mainwaveformformat');
  const valid = Number(attribute(parsed, 'numberofleads') || textAt(signal, 'numberchannelsvalid'));
  return labels
    .split(/\s+/)
    .filter((label) => label !== '')
    .slice(0, Number.isInteger(valid) ? valid : undefined);
}

/** Samples without compression: lead after lead, 16 bits, little-endian. */
function plainLeads(
  bytes: Uint8Array,
  leads: number,
  samples: number,
  where: string,
): Int32Array[] {
  if (bytes.length < 2 * leads * samples) {
    const cause = `its leads promise ${2 * leads * samples} bytes and hold ${bytes.length}`;
    throw errors.damaged(where, FORMAT, cause);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: leads }, (_, lead) =>
    Int32Array.from({ length: samples }, (_x, i) => view.getInt16(2 * (lead * samples + i), true)),
  );
}

function philipsFacts(root: XmlNode): Facts {
  const person = first(root, 'patient', 'generalpatientdata');
  const age = first(person, 'age');
  const stated = ageOf(textAt(age, 'years'));
  const recorded = dayOf(attribute(first(root, 'dataacquisition'), 'date'));
  const years = stated ?? ageAt(dayOf(textAt(age, 'dateofbirth')), recorded);
  const interpretation = first(root, 'interpretations', 'interpretation');
  const codes = all(interpretation, 'statement').map((each) => textAt(each, 'statementcode'));
  return factsOf(years, sexOf(textAt(person, 'sex')), codes);
}
