/** @file Signals of a record to the rows of an ECG view: leads by name, repaired, derived where missing. */
import * as errors from '../../errors.ts';
import { deriveLead, isDerivable, standardLead } from '../../leads.ts';
import { countNaN, interpolateNaN } from '../quality.ts';
import { headerGainsBreakEinthoven, millivoltsOf } from './amplitude.ts';
import { areExchanged } from './exchanged-leads.ts';
import type { WfdbOptions } from './options.ts';
import type { DigitalSignal } from './signals.ts';

export type LeadRows = {
  readonly names: readonly string[];
  /** In mV, equally long, without NaN. */
  readonly rows: readonly Float32Array[];
  readonly samplingHz: number;
  readonly flags: readonly string[];
};
type Signals = ReadonlyMap<string, DigitalSignal>;

/**
 * The leads that the options ask for. `framesHz`: frames a second; `where`: the header's path.
 * Errors: E_WFDB_LEAD, E_WFDB_NAN, E_WFDB_UNIT, E_WFDB_RATE, E_WFDB_HEADER.
 */
export function leadRows(
  signals: readonly DigitalSignal[],
  framesHz: number,
  options: WfdbOptions,
  where: string,
): LeadRows {
  const there = byLead(signals);
  const names = options.leads.map((name) => standardLead(name) ?? name);
  const samplingHz = commonRate(names, there, framesHz, where);
  const flags: string[] = [];
  const digital = options.amplitude === 'digital' || isDigital(there, options);
  if (digital && options.amplitude === 'auto') flags.push('digital amplitude');

  const how = { digital, microvoltsPerStep: options.digitalMicrovoltsPerStep };
  const raw = (name: string) => millivoltsOf(name, there.get(name) as DigitalSignal, how, where);
  const isExchanged = names.some(isAugmented) && augmentedExchanged(there, raw);
  if (isExchanged) flags.push('exchanged aVL aVF');
  const repaired = isExchanged && options.exchangedLeads === 'repair';

  const stored = (name: string): Float32Array => {
    const values = raw(repaired && isAugmented(name) ? (name === 'aVL' ? 'aVF' : 'aVL') : name);
    const invalid = countNaN(values);
    if (invalid > values.length * options.maxNanFraction || invalid === values.length) {
      throw errors.tooManyNaN(where, name, invalid, values.length, options.maxNanFraction);
    }
    if (invalid > 0) flags.push(`NaN samples ${name} ${interpolateNaN(values)}`);
    return values;
  };
  const made = new Map<string, Float32Array>();
  const row = (name: string): Float32Array => {
    if (!made.has(name)) {
      const isStored = there.has(name);
      if (!isStored) flags.push(`derived ${name}`);
      made.set(name, isStored ? stored(name) : deriveLead(name, row('I'), row('II')));
    }
    return made.get(name) as Float32Array;
  };
  return { names, rows: names.map(row), samplingHz, flags };
}

/** Signals by standard lead name, or by their own name; the first of a name counts. */
function byLead(signals: readonly DigitalSignal[]): Signals {
  const named = new Map<string, DigitalSignal>();
  for (const signal of signals) {
    const name = standardLead(signal.header.name) ?? signal.header.name;
    if (!named.has(name)) named.set(name, signal);
  }
  return named;
}

/** The rate that all signals behind the leads `names` share, in Hz. */
function commonRate(
  names: readonly string[],
  there: Signals,
  framesHz: number,
  where: string,
): number {
  const sources = names.flatMap((name) => {
    const found = there.has(name) ? [name] : isDerivable(name) ? ['I', 'II'] : [];
    if (found.length === 0 || !found.every((source) => there.has(source))) {
      throw errors.leadMissing(where, name, [...there.keys()]);
    }
    return found.map((source) => ({ source, signal: there.get(source) as DigitalSignal }));
  });
  const rate = (signal: DigitalSignal) => signal.header.samplesPerFrame * framesHz;
  const first = (sources[0] as (typeof sources)[number]).signal;
  for (const { source, signal } of sources) {
    if (rate(signal) !== rate(first)) {
      throw errors.ratesDiffer(where, source, rate(signal), rate(first));
    }
    if (signal.digital.length !== first.digital.length) {
      const cause = 'it gives no number of samples, and the signal files differ in length';
      throw errors.headerMalformed(where, 1, cause);
    }
  }
  return rate(first);
}

function isAugmented(name: string): boolean {
  return name === 'aVL' || name === 'aVF';
}

/** True where the record has I, II, aVL and aVF in one unit and the last two under each other's name. */
function augmentedExchanged(there: Signals, raw: (name: string) => Float32Array): boolean {
  const signals = ['I', 'II', 'aVL', 'aVF'].map((name) => there.get(name));
  const first = signals[0];
  const alike = signals.every(
    (signal) =>
      signal?.header.unit === first?.header.unit &&
      signal?.digital.length === first?.digital.length,
  );
  return first !== undefined && alike && areExchanged(raw('I'), raw('II'), raw('aVL'), raw('aVF'));
}

function isDigital(there: Signals, options: WfdbOptions): boolean {
  const [I, II, III] = [there.get('I'), there.get('II'), there.get('III')];
  return (
    options.amplitude === 'auto' && !!I && !!II && !!III && headerGainsBreakEinthoven(I, II, III)
  );
}
