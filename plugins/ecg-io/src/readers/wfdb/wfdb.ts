/** @file The WFDB reader: `.hea` with `.dat`, `.dat.gz` or `.mat` signals, as PhysioNet publishes them. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { defineComponent } from '@dualbeat/core';
import type { Reader, ReaderRecord, ViewSpec } from '@dualbeat/core';
import * as errors from '../../errors.ts';
import { einthovenResidual, leadFlags, standardDeviation } from '../quality.ts';
import { factsOf } from './facts.ts';
import { parseHeader } from './header.ts';
import type { WfdbHeader } from './header.ts';
import { leadRows } from './lead-rows.ts';
import type { LeadRows } from './lead-rows.ts';
import { wfdbOptions } from './options.ts';
import type { WfdbOptions } from './options.ts';
import { readSignals, signalFiles } from './signals.ts';

/** Far above any header; keeps a wrong file from being read whole. */
const MAX_HEADER_BYTES = 1 << 20;
/** What rounding three leads to common converter steps leaves of III - (II - I). */
const ROUNDING_MILLIVOLTS = 0.01;

/** A reader that also says which files make a record: the header first. */
export type WfdbReader = Reader & { files(path: string): Promise<string[]> };

export const wfdb = defineComponent({
  kind: 'reader',
  id: 'wfdb',
  options: wfdbOptions,
  create: (options) => openWfdb(options),
});

/** The reader itself, for code that has no host. */
export function openWfdb(options: WfdbOptions): WfdbReader {
  return {
    // By name alone: a damaged header must be an error of its record, not a record that is silently left out.
    recognises: (_, name) => name.toLowerCase().endsWith('.hea'),
    read: (path) => readRecord(path, options),
    files: async (path) => [path, ...(await signalFiles(await readHeader(path), path))],
  };
}

async function readRecord(path: string, options: WfdbOptions): Promise<ReaderRecord> {
  const header = await readHeader(path);
  const signals = await readSignals(header, path, options.verify);
  const leads = leadRows(signals, header.samplingHz, options, path);
  const samples = (leads.rows[0] as Float32Array).length;
  const values = new Float32Array(leads.rows.length * samples);
  leads.rows.forEach((row, i) => values.set(row, i * samples));
  return {
    id: basename(path).replace(/\.hea$/i, ''),
    view: ecgView(leads.names, samples, leads.samplingHz),
    values,
    facts: factsOf(header.comments),
    flags: [...leads.flags, ...qualityFlags(leads, options.einthovenLimit)],
  };
}

function ecgView(leads: readonly string[], samples: number, samplingHz: number): ViewSpec {
  const lead = { name: 'lead', labels: leads };
  const time = { name: 'time', spacing: 1 / samplingHz, unit: 's' };
  return { shape: [leads.length, samples], dtype: 'float32', axes: [lead, time], unit: 'mV' };
}

function qualityFlags({ names, rows, samplingHz }: LeadRows, limit: number): string[] {
  const flags = rows.flatMap((row, i) => leadFlags(names[i] as string, row, samplingHz));
  const residual = einthovenFlag(names, rows, limit);
  return residual === undefined ? flags : [...flags, residual];
}

function einthovenFlag(names: readonly string[], rows: readonly Float32Array[], limit: number) {
  const [I, II, III] = ['I', 'II', 'III'].map((name) => rows[names.indexOf(name)]);
  if (!I || !II || !III) return undefined;
  const residual = einthovenResidual(I, II, III);
  const largest = Math.max(...[I, II, III].map(standardDeviation));
  if (residual < ROUNDING_MILLIVOLTS || residual <= limit * largest) return undefined;
  return `Einthoven residual ${residual.toFixed(3)} mV`;
}

async function readHeader(path: string): Promise<WfdbHeader> {
  return parseHeader(textOf(await headerBytes(path)), path);
}

async function headerBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (found.isFile() && found.size <= MAX_HEADER_BYTES) return await readFile(path);
  } catch (error) {
    throw errors.unreadable(path, error);
  }
  throw errors.headerMalformed(path, 1, 'it is no plain file of at most 1 MiB');
}

/** UTF-8, or Latin-1 as old writers spell the micro sign. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
