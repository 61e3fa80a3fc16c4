/** @file `dualbeat data download`. */
import { downloadSet, downloadSetUnknown, openSets } from '@dualbeat/data';
import { flagInvalid } from '../errors.ts';
import { say, sayJson } from '../say.ts';
import { openProgressLine, untilSignal, wholeNumber } from './data-shared.ts';

export type DownloadFlags = {
  readonly to?: string;
  readonly only: readonly string[];
  readonly mirror?: string;
  readonly parallel: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

export async function downloadData(
  name: string | undefined,
  flags: DownloadFlags,
): Promise<number> {
  if (name === undefined) return list(flags);
  const known = Object.hasOwn(openSets, name) ? openSets[name] : undefined;
  if (known === undefined) throw downloadSetUnknown(name, Object.keys(openSets));
  const set = flags.mirror === undefined ? known : { ...known, url: mirrorOf(flags.mirror) };
  const to = flags.to ?? name;
  const line = openProgressLine(flags.quiet);
  const stop = untilSignal();
  const only = flags.only.map(pattern);
  try {
    const done = await downloadSet(set, {
      to,
      parallel: wholeNumber('--parallel', flags.parallel, 1),
      signal: stop.signal,
      ...(only.length === 0 ? {} : { only: (path) => only.some((one) => one.test(path)) }),
      onProgress: ({ files, of, bytes }) =>
        line.show(`${files} of ${of} files, ${(bytes / 1e6).toFixed(1)} MB fetched`),
    });
    line.end();
    const { title, licence, cite } = set;
    if (flags.json === true) sayJson({ set: name, to, ...done, title, licence, cite });
    else {
      const { files, there, bytes } = done;
      say(`${files} files in ${to}, ${there} were there, ${(bytes / 1e6).toFixed(1)} MB fetched`);
      say(`${title}. Licence: ${licence}. Cite: ${cite}`);
    }
    return 0;
  } finally {
    line.end();
    stop.stop();
  }
}

function list({ json }: DownloadFlags): number {
  if (json === true) sayJson(openSets);
  else {
    const width = Math.max(...Object.keys(openSets).map((name) => name.length));
    for (const [name, { title, licence }] of Object.entries(openSets)) {
      say(`${name.padEnd(width)}  ${title} (${licence})`);
    }
  }
  return 0;
}

function mirrorOf(url: string): string {
  const given = URL.canParse(url) ? new URL(url) : undefined;
  if (given === undefined || !/^https?:$/.test(given.protocol)) {
    throw flagInvalid('--mirror', url, 'the http(s) address of a folder');
  }
  return given.href.endsWith('/') ? given.href : `${given.href}/`;
}

/** `*` within a folder, `**` across folders. */
function pattern(text: string): RegExp {
  const source = text.replace(/\*\*\/|\*\*|\*|[\\^$.|?+()[\]{}]/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'u');
}
