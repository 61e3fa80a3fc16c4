/** @file Checks of readers: what they take, what they give, and what damaged files do to them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { filesBelow, fuzzReader, writeBytes } from '../fuzz-reader.ts';
import type { FuzzOptions } from '../fuzz-reader.ts';
import { sizeOf } from '../support/arrays.ts';

export type ReaderOf = {
  /** Writes the files of small records into the folder; gives the entries that `read` takes, one per record. */
  readonly files: (folder: string) => Promise<readonly string[]>;
  /** Names of files that are not this reader's. Without it: notes.txt, image.png. */
  readonly foreign?: readonly string[];
  readonly fuzz?: FuzzOptions;
};
export type ReaderCase = CaseSubject<'reader', ReaderOf>;

async function withFiles(
  { of }: ReaderCase,
  use: (folder: string, entries: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dualbeat-reader-'));
  try {
    await use(folder, await of.files(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const head = (path: string): Uint8Array => readFileSync(path).subarray(0, 4096);

export const readerRecognises = defineCheck<ReaderCase>({
  name: 'reader-recognises',
  states: 'It recognises its own files, also under another folder, and no foreign or empty ones.',
  async run(subject) {
    const reader = await subject.make();
    await withFiles(subject, async (folder, entries) => {
      for (const entry of entries) {
        ensure(
          reader.recognises(head(join(folder, entry)), basename(entry)) === true,
          `it does not recognise ${entry}, which it reads`,
          'let `recognises` and `read` agree',
        );
      }
      for (const name of subject.of.foreign ?? ['notes.txt', 'image.png']) {
        for (const content of ['', 'plain text\n', '\0\x01\x02\x03']) {
          ensure(
            reader.recognises(new TextEncoder().encode(content), name) === false,
            `it takes ${name} with the content ${JSON.stringify(content)}`,
            'look at the name or the first bytes',
          );
        }
      }
    });
  },
});

export const readerReads = defineCheck<ReaderCase>({
  name: 'reader-reads',
  states:
    'Records have an id, a described view, as many finite values as its shape, plain facts and flags, the same each time.',
  async run(subject) {
    const reader = await subject.make();
    await withFiles(subject, async (folder, entries) => {
      for (const entry of entries) {
        const record = await reader.read(join(folder, entry));
        const { id, view, values, facts, flags } = record;
        ensure(
          id !== '' && !id.includes(folder),
          `the id of ${entry} is ${JSON.stringify(id)}`,
          'name the record, not the place where it lies',
        );
        ensure(
          values instanceof Float32Array && values.length === sizeOf(view.shape),
          `${entry} has ${values.length} values for the shape [${view.shape.join(', ')}]`,
          'give as many values as the view has',
        );
        ensure(
          view.axes.length === view.shape.length && view.unit !== '' && view.dtype === 'float32',
          `the view of ${entry} has ${view.axes.length} axes for ${view.shape.length} extents, unit "${view.unit}", type ${view.dtype}`,
          'describe every axis and the unit',
        );
        ensure(
          values.every(Number.isFinite),
          `${entry} holds values that are not finite`,
          'repair and flag them, or refuse the record',
        );
        const plain = Object.values(facts).every(
          (fact) => fact === null || typeof fact === 'string' || Number.isFinite(fact),
        );
        ensure(
          plain && flags.every((flag) => typeof flag === 'string'),
          `${entry} has facts or flags that are no plain values`,
          'give strings, finite numbers and null',
        );
        const again = await (await subject.make()).read(join(folder, entry));
        ensure(
          JSON.stringify({ ...again, values: [...again.values] }) ===
            JSON.stringify({ ...record, values: [...values] }),
          `${entry} reads differently the second time`,
          'keep nothing between reads',
        );
        deepFreeze(record);
      }
    });
  },
});

export const readerFuzz = defineCheck<ReaderCase>({
  name: 'reader-damaged',
  states:
    'Cut, flipped, doubled, emptied and random files, and none at all, give whole records or coded errors that name the file, in bounded time and memory.',
  async run(subject) {
    const reader = await subject.make();
    await withFiles(subject, async (folder, entries) => {
      const [entry] = entries as [string];
      const missing = join(folder, 'no-such-file', basename(entry));
      const error: unknown = await reader.read(missing).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      ensure(
        isCoded(error) && error.message.includes(basename(entry)),
        `a file that is not there gives ${String(error)}`,
        'throw a coded error that names it',
      );
      const own = mkdtempSync(join(tmpdir(), 'dualbeat-record-'));
      try {
        const stem = basename(entry).replace(/\..*$/, '');
        for (const name of await filesBelow(folder)) {
          if (basename(name).replace(/\..*$/, '') !== stem && entries.length > 1) continue;
          await writeBytes(join(own, basename(name)), readFileSync(join(folder, name)));
        }
        await fuzzReader(reader, { folder: own, entry: basename(entry) }, subject.of.fuzz);
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    });
  },
});
