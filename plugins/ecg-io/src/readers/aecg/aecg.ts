/** @file HL7 annotated ECG: the rhythm series, sequences of digits with origin and scale. */
import * as errors from '../common/errors.ts';
import { ageAt, ageOf, dayOf, factsOf, sexOf } from '../common/facts.ts';
import { defineReader } from '../common/define-reader.ts';
import { leadOptionsSchema } from '../common/lead-options.ts';
import { checkCounts, checkRate, MAX_XML_BYTES } from '../common/limits.ts';
import type { Facts, Recording, RecordingLead } from '../common/recording.ts';
import { microvoltsOf } from '../common/units.ts';
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

const FORMAT = 'HL7 aECG';
const LOINC_AGE = '21612-7';
const secondsPer: { readonly [unit: string]: number } = { s: 1, ms: 1e-3, us: 1e-6 };

export const aecg = defineReader({
  id: 'hl7-aecg',
  format: FORMAT,
  options: leadOptionsSchema,
  maxBytes: MAX_XML_BYTES,
  recognises: (head, name) => /<(\w+:)?AnnotatedECG[\s>]/.test(headText(head, name)),
  decode: decodeAecg,
});

/** Errors: E_ECG_DAMAGED, _NO_WAVEFORM, _UNIT, _LIMIT, _UNSUPPORTED. */
export async function decodeAecg(bytes: Uint8Array, where: string): Promise<Recording> {
  const root = await parseXml(bytes, where, FORMAT, 'AnnotatedECG');
  const series = all(root, 'component').flatMap((each) => all(each, 'series'));
  const rhythm =
    series.find((each) => attribute(first(each, 'code'), 'code') === 'RHYTHM') ?? series[0];
  const sets = all(rhythm, 'component').flatMap((each) => all(each, 'sequenceSet'));
  const decoded = sets.map((set) => ({ set, sequences: sequencesOf(set) }));
  const largest = decoded.reduce<(typeof decoded)[number] | undefined>(
    (best, each) =>
      best === undefined || each.sequences.length > best.sequences.length ? each : best,
    undefined,
  );
  const leads = largest?.sequences.filter(isLead) ?? [];
  if (largest === undefined || leads.length === 0)
    throw errors.noWaveform(where, FORMAT, 'rhythm leads');
  const samplingHz = rateOf(largest.sequences, where);
  checkCounts(where, leads.length, 0);
  let values = 0;
  return {
    leads: leads.map((lead) => {
      const made = decodeLead(lead, samplingHz, where);
      checkCounts(where, leads.length, (values += made.microvolts.length));
      return made;
    }),
    facts: aecgFacts(root),
    flags: sets.length > 1 ? [`sequence sets ${sets.length}, the one with most leads is read`] : [],
  };
}

const sequencesOf = (set: XmlNode) =>
  all(set, 'component').flatMap((each) => all(each, 'sequence'));
const codeOf = (sequence: XmlNode) => attribute(first(sequence, 'code'), 'code');
const isLead = (sequence: XmlNode) => codeOf(sequence).startsWith('MDC_ECG_LEAD_');

function rateOf(sequences: readonly XmlNode[], where: string): number {
  const time = sequences.find((each) => codeOf(each).startsWith('TIME_'));
  const increment = first(time, 'value', 'increment');
  const unit = secondsPer[attribute(increment, 'unit')];
  if (unit === undefined) throw errors.damaged(where, FORMAT, 'its time sequence has no increment');
  const seconds = numberOf(attribute(increment, 'value'), 'time increment', where, FORMAT) * unit;
  const hz = 1 / seconds;
  const whole = Math.round(hz);
  return checkRate(where, FORMAT, Math.abs(hz - whole) < 1e-6 * whole ? whole : hz);
}

function decodeLead(sequence: XmlNode, samplingHz: number, where: string): RecordingLead {
  const name = codeOf(sequence);
  const value = first(sequence, 'value');
  const amount = (what: string) => {
    const node = first(value, what);
    const unit = microvoltsOf(attribute(node, 'unit'));
    if (unit === undefined) throw errors.unitUnknown(where, errors.listed([name]));
    return numberOf(attribute(node, 'value'), what, where, FORMAT) * unit;
  };
  const [origin, scale] = [amount('origin'), amount('scale')];
  const digits = integersOf(textAt(value, 'digits'), /\s+/, where, FORMAT);
  return { name, samplingHz, microvolts: digits.map((digit) => origin + digit * scale) };
}

function aecgFacts(root: XmlNode): Facts {
  const subject = first(
    root,
    'componentOf',
    'timepointEvent',
    'componentOf',
    'subjectAssignment',
    'subject',
  );
  const person = first(subject, 'trialSubject', 'subjectDemographicPerson');
  const observed = all(root, 'controlVariable')
    .flatMap((each) => all(each, 'relatedObservation'))
    .find((each) => attribute(first(each, 'code'), 'code') === LOINC_AGE);
  const value = first(observed, 'value');
  const stated = ageOf(attribute(value, 'value'), attribute(value, 'unit') || 'a');
  const time = first(root, 'effectiveTime');
  const recorded = ['center', 'low']
    .map((name) => dayOf(attribute(first(time, name), 'value')))
    .find(Boolean);
  const born = dayOf(attribute(first(person, 'birthTime'), 'value'));
  const sex = attribute(first(person, 'administrativeGenderCode'), 'code');
  return factsOf(stated ?? ageAt(born, recorded), sexOf(sex));
}
