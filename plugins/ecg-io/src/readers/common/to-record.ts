/** @file A recording to a record: leads by name and in order, repaired, derived where missing, in mV, with flags. */
import type { ReaderRecord, ViewSpec } from '@dualbeat/core';
import { deriveLead, isDerivable, standardLead } from '../../leads.ts';
import { countNaN, interpolateNaN, qualityFlags } from '../quality.ts';
import * as errors from './errors.ts';
import type { LeadOptions } from './lead-options.ts';
import type { Recording, RecordingLead } from './recording.ts';

/** No electrode gives more: such a value is a damaged one. */
const MAX_MICROVOLTS = 1e9;

/** `where`: the file. Errors: E_ECG_LEAD, _RATE, _LENGTH, _NAN, _NO_WAVEFORM. */
export function toRecord(
  id: string,
  recording: Recording,
  options: LeadOptions,
  where: string,
): ReaderRecord {
  const there = byName(recording.leads);
  const names = options.leads.map((name) => standardLead(name) ?? name);
  const first = firstUsed(names, there, where);
  const flags = [...recording.flags];
  const made = new Map<string, Float32Array>();
  const row = (name: string): Float32Array => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const values = makeRow(name);
    made.set(name, values);
    return values;
  };
  const makeRow = (name: string): Float32Array => {
    const lead = there.get(name);
    if (lead !== undefined) return stored(name, lead, first, options, flags, where);
    if (isDerivable(name) && there.has('I') && there.has('II')) {
      flags.push(`derived ${name}`);
      return deriveLead(name, row('I'), row('II'));
    }
    if (options.missingLeads === 'refuse') {
      throw errors.leadMissing(where, name, [...there.keys()]);
    }
    flags.push(`missing ${name}`);
    return new Float32Array(first.microvolts.length);
  };
  const rows = names.map(row);
  const samples = first.microvolts.length;
  const values = new Float32Array(rows.length * samples);
  rows.forEach((each, i) => values.set(each, i * samples));
  const missing = new Set(flags.filter((flag) => flag.startsWith('missing ')));
  const alive = names.flatMap((name, i) => (missing.has(`missing ${name}`) ? [] : [i]));
  flags.push(
    ...qualityFlags(
      alive.map((i) => names[i] as string),
      alive.map((i) => rows[i] as Float32Array),
      first.samplingHz,
      options.einthovenLimit,
    ),
  );
  return {
    id,
    view: ecgView(names, samples, first.samplingHz),
    values,
    facts: recording.facts,
    flags,
  };
}

/** The ECG view of the contracts: [leads, samples] in mV. */
export function ecgView(leads: readonly string[], samples: number, samplingHz: number): ViewSpec {
  const lead = { name: 'lead', labels: leads };
  const time = { name: 'time', spacing: 1 / samplingHz, unit: 's' };
  return { shape: [leads.length, samples], dtype: 'float32', axes: [lead, time], unit: 'mV' };
}

/** Leads by standard name, or by their own; the first of a name counts. */
function byName(leads: readonly RecordingLead[]): Map<string, RecordingLead> {
  const named = new Map<string, RecordingLead>();
  for (const lead of leads) {
    const name = standardLead(lead.name) ?? lead.name;
    if (!named.has(name)) named.set(name, lead);
  }
  return named;
}

/** The first lead that is used: the others have its rate and length. */
function firstUsed(
  names: readonly string[],
  there: ReadonlyMap<string, RecordingLead>,
  where: string,
): RecordingLead {
  const sources = names.flatMap((name) =>
    there.has(name) ? [name] : isDerivable(name) ? ['I', 'II'] : [],
  );
  const first = sources.map((name) => there.get(name)).find((lead) => lead !== undefined);
  if (first === undefined) {
    throw errors.leadMissing(where, names[0] as string, [...there.keys()]);
  }
  if (first.microvolts.length === 0) throw errors.noWaveform(where, 'ECG', 'samples');
  return first;
}

function stored(
  name: string,
  lead: RecordingLead,
  first: RecordingLead,
  options: LeadOptions,
  flags: string[],
  where: string,
): Float32Array {
  if (lead.samplingHz !== first.samplingHz) {
    throw errors.ratesDiffer(where, name, lead.samplingHz, first.samplingHz);
  }
  const length = lead.microvolts.length;
  if (length !== first.microvolts.length) {
    throw errors.lengthsDiffer(where, name, length, first.microvolts.length);
  }
  const values = Float32Array.from(lead.microvolts, (microvolts) =>
    Math.abs(microvolts) <= MAX_MICROVOLTS ? microvolts / 1000 : NaN,
  );
  const invalid = countNaN(values);
  if (invalid > length * options.maxNanFraction || invalid === length) {
    throw errors.tooManyInvalid(where, name, invalid, length, options.maxNanFraction);
  }
  if (invalid > 0) flags.push(`NaN samples ${name} ${interpolateNaN(values)}`);
  return values;
}
