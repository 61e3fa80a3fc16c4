/** @file CardioSoft XML, the form of UK Biobank field 20205: StripData, integers between commas. */
import * as errors from '../common/errors.ts';
import { ageAt, ageOf, checked, factsOf, sexOf } from '../common/facts.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptionsSchema } from '../common/lead-options.ts';
import { checkCounts, checkRate, MAX_XML_BYTES } from '../common/limits.ts';
import type { Facts, Recording } from '../common/recording.ts';
import {
  all,
  attribute,
  first,
  headText,
  integersOf,
  numberOf,
  parseXml,
  textAt,
} from '../common/xml.ts';
import type { XmlNode } from '../common/xml.ts';

const FORMAT = 'CardioSoft XML';

export const cardiosoft = defineReader({
  id: 'cardiosoft-xml',
  format: FORMAT,
  options: leadOptionsSchema,
  maxBytes: MAX_XML_BYTES,
  recognises: (head, name) => /<CardiologyXML[\s>]/.test(headText(head, name)),
  decode: decodeCardiosoft,
});

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _UNIT, _LIMIT, _UNSUPPORTED. */
export async function decodeCardiosoft(bytes: Uint8Array, where: string): Promise<Recording> {
  const root = await parseXml(bytes, where, FORMAT, 'CardiologyXML');
  const strip = first(root, 'StripData');
  const waves = all(strip, 'WaveformData');
  if (strip === undefined || waves.length === 0)
    throw errors.noWaveform(where, FORMAT, 'StripData');
  const number = (name: string) => numberOf(textAt(strip, name), name, where, FORMAT);
  const samplingHz = checkRate(where, FORMAT, number('SampleRate'));
  const resolution = number('Resolution');
  if (!/^uVperLsb$/i.test(attribute(first(strip, 'Resolution'), 'units') || 'uVperLsb')) {
    throw errors.unitUnknown(where, 'StripData');
  }
  const promised = number('ChannelSampleCountTotal');
  checkCounts(where, waves.length, waves.length * promised);
  const leads = waves.map((wave) => {
    // Some versions end the list with a comma.
    const text = textAt(wave).replace(/,\s*$/, '');
    const microvolts = integersOf(text, /,/, where, FORMAT);
    if (microvolts.length !== promised) {
      const cause = `a lead promises ${promised} samples and holds ${microvolts.length}`;
      throw errors.damaged(where, FORMAT, cause);
    }
    return {
      name: attribute(wave, 'lead'),
      samplingHz,
      microvolts: microvolts.map((value) => value * resolution),
    };
  });
  return { leads, facts: cardiosoftFacts(root), flags: [] };
}

function cardiosoftFacts(root: XmlNode): Facts {
  const person = first(root, 'PatientInfo');
  const age = first(person, 'Age');
  const day = (node: XmlNode | undefined) =>
    checked(
      ...(['Year', 'Month', 'Day'].map((name) => Number(textAt(node, name))) as [
        number,
        number,
        number,
      ]),
    );
  const stated = ageOf(textAt(age), attribute(age, 'units') || 'years');
  const years =
    stated ?? ageAt(day(first(person, 'BirthDateTime')), day(first(root, 'ObservationDateTime')));
  return factsOf(years, sexOf(textAt(person, 'Gender')));
}
