/** @file `dualbeat data merge`. */
import { mergeStores } from '@dualbeat/data';
import { say, sayJson } from '../say.ts';
import { openKey, openProgressLine } from './data-shared.ts';
import type { KeyFlags } from './data-shared.ts';

export type MergeFlags = KeyFlags & { readonly quiet?: boolean; readonly json?: boolean };

export async function mergeData(
  to: string,
  stores: readonly string[],
  flags: MergeFlags,
): Promise<number> {
  const key = openKey(flags, [to, ...stores]);
  const line = openProgressLine(flags.quiet);
  try {
    const { manifest, added, skipped } = await mergeStores(to, stores, key, (done, of) =>
      line.show(`${done} of ${of} records`),
    );
    line.end();
    const { rows, digest } = manifest;
    if (flags.json === true) sayJson({ added, skipped, records: rows, digest });
    else {
      say(`${added} records added, ${skipped} left out (there before, or withdrawn)`);
      say(`store: ${to}, ${rows} records, digest ${digest.slice(0, 12)}`);
    }
    return 0;
  } finally {
    line.end();
  }
}
