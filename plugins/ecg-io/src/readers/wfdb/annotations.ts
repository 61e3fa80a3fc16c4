/** @file WFDB annotation files (MIT format): marks such as the onset, peak and end of a wave. Source: annot(5). */
import { readFile } from 'node:fs/promises';
import * as errors from '../../errors.ts';
import { parseHeader } from './header.ts';

export type Annotation = {
  /** Sample number, from 0, at the sampling rate of the record. */
  readonly sample: number;
  /** 'N' a normal beat, 'p' and 't' wave peaks, '(' and ')' onset and end; '#<code>' where the format has no symbol. */
  readonly symbol: string;
  /** Meaning by symbol, as the annotator defines it; 0 where the file does not say. */
  readonly num: number;
  readonly subtype: number;
  readonly channel: number;
  readonly aux: string;
};

/** By code, from code 0; `ecgcodes.h` of the format's definition. Blank: no such code. */
const symbols = [...' NLRaVFJASEj/Q~ | sT*D"=pB^t+u?![]en@xf()r'].map((symbol) =>
  symbol === ' ' ? undefined : symbol,
);

const [SKIP, NUM, SUB, CHN, AUX] = [59, 60, 61, 62, 63];

/**
 * All annotations of the file at `path`, in the order of the file.
 * Errors: E_WFDB_READ, E_WFDB_EMPTY, E_WFDB_ANNOTATION (no end mark, cut inside an annotation).
 * @example const marks = await readAnnotations('1.i'); // LUDB: [{ sample: 641, symbol: '(', num: 0, ... }, ...]
 */
export async function readAnnotations(path: string): Promise<Annotation[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw errors.unreadable(path, error);
  });
  return parseAnnotations(bytes, path);
}

/** What turns an annotation's sample into a time. */
export type RecordTiming = {
  readonly samplingHz: number;
  /** Samples per lead; undefined where the header does not say. */
  readonly samples: number | undefined;
};

/** Sampling rate and length of the record whose header is at `path` ('1.hea'). Errors: E_WFDB_READ, _HEADER, _SEGMENTS. */
export async function readTiming(path: string): Promise<RecordTiming> {
  const text = await readFile(path, 'latin1').catch((error: unknown) => {
    throw errors.unreadable(path, error);
  });
  const { samplingHz, frames } = parseHeader(text, path);
  return { samplingHz, samples: frames };
}

/** As `readAnnotations`, from bytes; `where` names them in errors. */
export function parseAnnotations(bytes: Uint8Array, where: string): Annotation[] {
  if (bytes.length === 0) throw errors.fileEmpty(where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const word = (): number => {
    if (at + 2 > bytes.length) throw errors.annotationBroken(where, 'it ends without an end mark');
    at += 2;
    return view.getUint16(at - 2, true);
  };
  const found: Annotation[] = [];
  // NUM and CHN hold for the annotations that follow, SUB and AUX for one (annot(5)).
  let [sample, num, channel] = [0, 0, 0];
  let current: Annotation | undefined;
  const change = (to: Partial<Annotation>) => {
    if (current === undefined)
      throw errors.annotationBroken(where, 'it begins inside an annotation');
    current = { ...current, ...to };
    found[found.length - 1] = current;
  };
  for (;;) {
    const head = word();
    if (head === 0) return found;
    const code = head >> 10;
    const low = head & 0x3ff;
    const signed = (low << 24) >> 24;
    if (code === SKIP) sample += (word() << 16) | word();
    else if (code === NUM) change({ num: (num = signed) });
    else if (code === SUB) change({ subtype: signed });
    else if (code === CHN) change({ channel: (channel = signed) });
    else if (code === AUX) {
      const end = at + low;
      if (end > bytes.length) throw errors.annotationBroken(where, 'it is cut inside a note');
      const aux = new TextDecoder().decode(bytes.subarray(at, end)).replace(/\0+$/, '');
      at = end + (low % 2);
      change({ aux });
    } else {
      sample += low;
      current = { sample, symbol: symbols[code] ?? `#${code}`, num, subtype: 0, channel, aux: '' };
      found.push(current);
    }
  }
}
