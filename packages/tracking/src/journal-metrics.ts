/** @file Journal entries as MLflow metrics and tags: a pure translation. */
import { safeName } from '@dualbeat/mlflow-js';
import type { KeyValue, Metric } from '@dualbeat/mlflow-js';
import type { JournalEntry } from '@dualbeat/runs';

export type Translated = {
  readonly metrics: readonly Metric[];
  readonly tags: KeyValue;
  /** Non-finite values so far; the next call goes on from here. */
  readonly nonFinite: number;
};

/**
 * - `step` entries give `step/<name>` (loss, its parts, gradient norm), `step/learning-rate`, `step/records-per-second`, `step/wait-ms`;
 * - `epoch` entries give their metrics by name, and `epoch`;
 * - `metrics` entries give `<split>/<metric>`; one that is not defined becomes the tag `undefined.<name>` with its reason;
 * - `system` entries give `system/<name>`.
 * The server stores infinity as the largest double and shows NaN badly: values that are not finite are counted in `non-finite`
 * and named by the tag `non-finite`, not sent.
 */
export function translate(
  entries: readonly JournalEntry[],
  before: { readonly nonFinite: number; readonly step: number },
): Translated & { readonly step: number } {
  const metrics: Metric[] = [];
  const tags: { [key: string]: string } = {};
  let { nonFinite, step } = before;
  for (const entry of entries) {
    const timestamp = Date.parse(entry.t);
    const last = numberOf(entry['step']);
    if (last !== null) step = last;
    const values = valuesOf(entry, tags);
    const bad = values.filter(([, value]) => !Number.isFinite(value));
    for (const [name, value] of values) {
      if (Number.isFinite(value)) metrics.push({ key: safeName(name), value, step, timestamp });
    }
    if (bad.length > 0) {
      nonFinite += bad.length;
      metrics.push({ key: 'non-finite', value: nonFinite, step, timestamp });
      tags['non-finite'] = `${bad.map(([name]) => name).join(', ')} at step ${step}`;
    }
  }
  return { metrics, tags, nonFinite, step };
}

type Value = readonly [name: string, value: number];

function valuesOf(entry: JournalEntry, tags: { [key: string]: string }): Value[] {
  if (entry.type === 'step') return stepValues(entry);
  if (entry.type === 'epoch') {
    const epoch = numberOf(entry['epoch']);
    const own: Value[] = numbersIn(entry['metrics']).map(([name, value]) => [name, value]);
    return epoch === null ? own : [...own, ['epoch', epoch]];
  }
  if (entry.type === 'metrics') {
    for (const [name, why] of reasonsIn(entry['metrics']))
      tags[safeName(`undefined.${name}`)] = why;
    return numbersIn(entry['metrics']);
  }
  if (entry.type === 'system') {
    return numbersIn(entry['values']).map(([name, value]) => [`system/${name}`, value]);
  }
  return [];
}

function stepValues(entry: JournalEntry): Value[] {
  const values: Value[] = numbersIn(entry['report'])
    .filter(([name]) => name !== 'finite')
    .map(([name, value]) => [`step/${name}`, value]);
  const rate = numberOf(entry['learningRate']);
  if (rate !== null) values.push(['step/learning-rate', rate]);
  const rows = numberOf(entry['rows']);
  const ms = numberOf(entry['stepMs']);
  if (rows !== null && ms !== null && ms > 0) {
    values.push(['step/records-per-second', (rows / ms) * 1000]);
  }
  const wait = numberOf(entry['waitMs']);
  if (wait !== null) values.push(['step/wait-ms', wait]);
  return values;
}

function numbersIn(from: unknown): Value[] {
  if (typeof from !== 'object' || from === null) return [];
  return Object.entries(from).flatMap(([name, value]) => {
    const number = numberOf(value);
    return number === null ? [] : [[name, number] as const];
  });
}

function reasonsIn(from: unknown): [string, string][] {
  if (typeof from !== 'object' || from === null) return [];
  return Object.entries(from as { [name: string]: unknown }).flatMap(([name, value]) => {
    const why = (value as { undefinedBecause?: unknown } | null)?.undefinedBecause;
    return typeof why === 'string' ? [[name, why]] : [];
  });
}

/** The journal writes numbers that JSON has not as words. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  return null;
}
