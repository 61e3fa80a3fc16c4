/** @file `dualbeat data verify`. */
import { openStore, verifyStore } from '@dualbeat/data';
import { say, sayJson } from '../say.ts';
import { openProgressLine } from './data-shared.ts';

export type VerifyFlags = { readonly quiet?: boolean; readonly json?: boolean };

/** 1 where something is damaged. */
export async function verifyData(path: string, flags: VerifyFlags): Promise<number> {
  const store = openStore(path);
  const line = openProgressLine(flags.quiet);
  try {
    const { records, chunks, problems } = await verifyStore(store, (done, of) =>
      line.show(`${done} of ${of} records`),
    );
    line.end();
    const { digest } = store.manifest;
    if (flags.json === true) sayJson({ records, chunks, digest, problems });
    else {
      for (const { message } of problems) say(message);
      const found =
        problems.length === 0 ? 'all is as it was written' : `${problems.length} damaged`;
      say(`${records} records, ${chunks} chunks, digest ${digest.slice(0, 12)}: ${found}`);
    }
    return problems.length === 0 ? 0 : 1;
  } finally {
    line.end();
    store.close();
  }
}
