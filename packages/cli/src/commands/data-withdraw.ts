/** @file `dualbeat data withdraw`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { markRuns, openStore, withdraw } from '@dualbeat/data';
import { flagInvalid } from '../errors.ts';
import { say, sayJson } from '../say.ts';
import { openKey } from './data-shared.ts';
import type { KeyFlags } from './data-shared.ts';

export type WithdrawFlags = KeyFlags & {
  readonly ids: string;
  readonly runsRoot: string;
  readonly showIds?: boolean;
  readonly json?: boolean;
};

export async function withdrawData(path: string, flags: WithdrawFlags): Promise<number> {
  const ids = readIds(flags.ids);
  const key = openKey(flags, [path]);
  const store = openStore(path);
  const there = new Set((await store.column('subject')).map(String));
  store.close();
  const known = ids.filter((id) => there.has(key.subject(id)));
  const done = await withdraw(path, key, ids);
  const marked =
    done.rows === 0 ? [] : await markRuns(resolve(flags.runsRoot), resolve(path), done);
  if (flags.json === true) {
    const { subjects, rows } = done;
    const shown = flags.showIds === true ? { ids: known } : {};
    sayJson({ given: ids.length, subjects, rows, marked, ...shown });
    return 0;
  }
  say(
    `${ids.length} ids given, ${done.subjects} of them in the store; ${done.rows} records removed`,
  );
  if (flags.showIds === true) for (const id of known) say(`  ${id}`);
  for (const { folder, why } of marked) {
    say(
      `marked ${folder} (${why === 'predictions' ? 'its predictions name them' : 'it reads this store'})`,
    );
  }
  return 0;
}

/** The first column of each line; a first line without any digit is a heading. Error: E_FLAG. */
function readIds(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw flagInvalid('--ids', file, 'a file that can be read');
  }
  const cells = text
    .split(/\r?\n/)
    .map((line) => (line.split(/[,;\t]/)[0] ?? '').trim().replace(/^"(.*)"$/, '$1'));
  const ids = cells.filter((cell, i) => cell !== '' && !(i === 0 && !/\d/.test(cell)));
  if (ids.length === 0) throw flagInvalid('--ids', file, 'a file with an id on each line');
  return [...new Set(ids)];
}
