/** @file What the data commands share: the site key, whole numbers, progress on one line. */
import { openSiteKey, siteKeyFile } from '@dualbeat/data';
import type { SiteKey } from '@dualbeat/data';
import { flagInvalid } from '../errors.ts';

export type KeyFlags = { readonly key?: string };

/** The site key; a key that is made now is told, with what its loss would mean. Errors: E_KEY_.... */
export function openKey({ key }: KeyFlags, stores: readonly string[]): SiteKey {
  const file = key ?? siteKeyFile(process.env);
  const site = openSiteKey(file, stores);
  if (site.made) {
    process.stderr.write(
      `made the site key ${file} (mode 0600). Keep a copy in a safe place: without it no record can be added to ` +
        'stores made with it nor withdrawn from them; who has it can test whether a person is in a store.\n',
    );
  }
  return site;
}

/** Error: E_FLAG. */
export function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
  throw flagInvalid(flag, text, `a whole number of at least ${least}`);
}

export type ProgressLine = { show(text: string): void; end(): void };
const lineEveryMs = 10_000;
const drawEveryMs = 200;

/** One line that is drawn over itself on a terminal; elsewhere a line every 10 s. On stderr: stdout is the result's. */
export function openProgressLine(quiet: boolean | undefined): ProgressLine {
  const out = process.stderr;
  if (quiet === true) return { show: () => undefined, end: () => undefined };
  let shownAt = performance.now();
  let open = false;
  return {
    show: (text) => {
      const now = performance.now();
      if (now - shownAt < (out.isTTY ? drawEveryMs : lineEveryMs)) return;
      shownAt = now;
      open = out.isTTY;
      out.write(out.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
    },
    end: () => {
      if (open) out.write('\r\x1b[2K');
      open = false;
    },
  };
}

/** Aborts at the first Ctrl-C or SIGTERM; a second ends the process as ever. `code`: 130 or 143 once aborted. */
export function untilSignal(): { readonly signal: AbortSignal; code(): number; stop(): void } {
  const abort = new AbortController();
  let code = 0;
  const on = (name: 'SIGINT' | 'SIGTERM', value: number) => {
    const heard = () => {
      code = value;
      abort.abort();
    };
    process.once(name, heard);
    return () => process.off(name, heard);
  };
  const offs = [on('SIGINT', 130), on('SIGTERM', 143)];
  return { signal: abort.signal, code: () => code, stop: () => offs.forEach((off) => off()) };
}
