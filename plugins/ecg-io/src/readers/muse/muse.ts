/** @file GE MUSE XML: the Rhythm waveform, base64 16-bit samples of (mostly) eight leads. */
import { crc32 } from 'node:zlib';
import * as errors from '../common/errors.ts';
import { ageAt, ageOf, dayOf, factsOf, sexOf } from '../common/facts.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptionsSchema } from '../common/lead-options.ts';
import { checkCounts, checkRate, MAX_XML_BYTES } from '../common/limits.ts';
import type { Facts, Recording, RecordingLead } from '../common/recording.ts';
import { microvoltsOf } from '../common/units.ts';
import { all, base64Bytes, first, headText, numberOf, parseXml, textAt } from '../common/xml.ts';
import type { XmlNode } from '../common/xml.ts';

const FORMAT = 'GE MUSE XML';

export const muse = defineReader({
  id: 'muse-xml',
  format: FORMAT,
  options: leadOptionsSchema,
  maxBytes: MAX_XML_BYTES,
  recognises: (head, name) => /<RestingECG[\s>]/.test(headText(head, name)),
  decode: decodeMuse,
});

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _UNIT, _LIMIT, _UNSUPPORTED. */
export async function decodeMuse(bytes: Uint8Array, where: string): Promise<Recording> {
  const root = await parseXml(bytes, where, FORMAT, 'RestingECG');
  const waveforms = all(root, 'Waveform');
  const rhythm = waveforms.find((each) => /^rhythm$/i.test(textAt(each, 'WaveformType')));
  if (rhythm === undefined) throw errors.noWaveform(where, FORMAT, 'waveform of type Rhythm');
  const leads = all(rhythm, 'LeadData');
  const number = (name: string) => numberOf(textAt(rhythm, name), name, where, FORMAT);
  const exponent = textAt(rhythm, 'SampleExponent') === '' ? 0 : number('SampleExponent');
  const samplingHz = checkRate(where, FORMAT, number('SampleBase') * 10 ** exponent);
  checkCounts(where, leads.length, 0);
  let values = 0;
  return {
    leads: leads.map((lead) => {
      const made = decodeLead(lead, samplingHz, where);
      checkCounts(where, leads.length, (values += made.microvolts.length));
      return made;
    }),
    facts: museFacts(root),
    flags: [],
  };
}

function decodeLead(lead: XmlNode, samplingHz: number, where: string): RecordingLead {
  const name = textAt(lead, 'LeadID');
  const size = textAt(lead, 'LeadSampleSize');
  if (size !== '' && size !== '2') {
    throw errors.unsupported(where, FORMAT, 'samples of another size than 2 bytes');
  }
  const bytes = base64Bytes(textAt(lead, 'WaveFormData'), where, FORMAT);
  const count = numberOf(
    textAt(lead, 'LeadSampleCountTotal'),
    'LeadSampleCountTotal',
    where,
    FORMAT,
  );
  if (bytes.length !== 2 * count) {
    const cause = `a lead promises ${count} samples and holds ${bytes.length / 2}`;
    throw errors.damaged(where, FORMAT, cause);
  }
  const sum = textAt(lead, 'LeadDataCRC32');
  if (/^\d+$/.test(sum) && Number(sum) !== 0 && crc32(bytes) !== Number(sum)) {
    throw errors.damaged(where, FORMAT, 'the samples of a lead do not have its checksum');
  }
  const perBit = textAt(lead, 'LeadAmplitudeUnitsPerBit');
  const unit = microvoltsOf(textAt(lead, 'LeadAmplitudeUnits') || 'MICROVOLTS');
  if (unit === undefined) throw errors.unitUnknown(where, errors.listed([name]));
  const scale = numberOf(perBit, 'LeadAmplitudeUnitsPerBit', where, FORMAT) * unit;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const microvolts = Float64Array.from(
    { length: count },
    (_, i) => view.getInt16(2 * i, true) * scale,
  );
  return { name, samplingHz, microvolts };
}

function museFacts(root: XmlNode): Facts {
  const person = first(root, 'PatientDemographics');
  const stated = ageOf(textAt(person, 'PatientAge'), textAt(person, 'AgeUnits') || 'years');
  const recorded = dayOf(textAt(root, 'TestDemographics', 'AcquisitionDate'));
  const age = stated ?? ageAt(dayOf(textAt(person, 'DateofBirth')), recorded);
  return factsOf(age, sexOf(textAt(person, 'Gender')));
}
