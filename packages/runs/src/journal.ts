/** @file The journal of a run: append-only, one JSON object a line, each with a CRC, healed after a crash. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { journalClosed, journalField, readFailed, writeFailed } from './errors.ts';
import { journalLine, parseJournalLine, type JournalEntry } from './journal-line.ts';
import { syncFolder, writeWholeSync } from './write-atomic.ts';

export type { JournalEntry } from './journal-line.ts';

export type Journal = {
  readonly path: string;
  /** Writes one entry before it returns: a killed process loses nothing. Errors: E_JOURNAL_FIELD, E_JOURNAL_CLOSED, E_WRITE_... */
  append(type: string, fields: Readonly<Record<string, unknown>>): void;
  /** fsync: what was appended also survives a power cut. */
  sync(): void;
  /** Syncs and closes; a second call does nothing. */
  close(): void;
};
export type JournalOptions = { readonly now?: () => Date };
export type JournalContent = {
  readonly entries: JournalEntry[];
  /** The last line is incomplete: the writer was killed, or writes at this moment. */
  readonly torn: boolean;
  /** Line numbers, from 1, left out because the CRC is wrong. */
  readonly corrupt: number[];
  /** Bytes up to the end of the last whole line: `from` of the next reading. */
  readonly end: number;
};

const reserved = ['seq', 't', 'type', 'crc'];

/**
 * Opens or makes the journal at `path` to append; `seq` goes on where it stood. A torn last line is cut off, and an entry
 * `journal-healed` says how many bytes that were. One writer at a time: hold the lock of the folder.
 * @example const journal = openJournal('journal.jsonl'); journal.append('step', { step: 1, loss: 0.5 });
 */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  const now = options.now ?? (() => new Date());
  let fd: number;
  try {
    fd = openSync(path, 'a+');
  } catch (error) {
    throw writeFailed(path, error);
  }
  let open = true;
  let seq = 0;
  let size = 0;
  let broken = false;

  const guarded = (work: () => void) => {
    if (!open) throw journalClosed(path);
    try {
      work();
    } catch (error) {
      throw writeFailed(path, error);
    }
  };
  const append = (type: string, fields: Readonly<Record<string, unknown>>) => {
    const line = lineOf(path, { seq, t: now().toISOString(), type }, fields);
    guarded(() => {
      if (broken) {
        ftruncateSync(fd, size);
        broken = false;
      }
      try {
        writeWholeSync(fd, line);
      } catch (error) {
        broken = true; // half a line may stand there: cut it off, now or before the next entry
        try {
          ftruncateSync(fd, size);
          broken = false;
        } catch {
          // The first error is the one to tell.
        }
        throw error;
      }
    });
    size += line.length;
    seq++;
  };

  try {
    const found = scan(fd, (entry, line) => {
      seq = entry === undefined ? seq + 1 : Math.max(seq, entry.seq + 1);
      size = line.end;
    });
    const length = fstatSync(fd).size;
    if (length === 0) syncFolder(dirname(path)); // the new name survives a power cut
    if (found.unended) writeWholeSync(fd, Buffer.from('\n'));
    if (found.unended) size = length + 1;
    else if (found.torn) ftruncateSync(fd, size);
    if (found.torn) append('journal-healed', { removedBytes: length - size });
  } catch (error) {
    closeSync(fd);
    throw writeFailed(path, error);
  }
  return {
    path,
    append,
    sync: () => guarded(() => fsyncSync(fd)),
    close: () => {
      if (!open) return;
      guarded(() => fsyncSync(fd));
      open = false;
      closeSync(fd);
    },
  };
}

/**
 * Reads a journal, also one that is being written; `from` (an earlier `end`) leaves out what was read before, and line
 * numbers then count from there. Errors: E_READ_FAILED.
 */
export function readJournal(path: string, { from = 0 }: { from?: number } = {}): JournalContent {
  const entries: JournalEntry[] = [];
  const corrupt: number[] = [];
  let end = from;
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const visit: Visit = (entry, line) => {
      if (entry === undefined) corrupt.push(line.number);
      else entries.push(entry);
      end = line.end;
    };
    const { torn } = scan(fd, visit, from);
    return { entries, torn, corrupt, end };
  } catch (error) {
    throw readFailed(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

type Line = { readonly number: number; readonly end: number };
type Visit = (entry: JournalEntry | undefined, line: Line) => void;

/** Visits every line, in pieces of 64 KiB. `unended`: the last line is whole, but its line feed is missing. */
function scan(fd: number, visit: Visit, from = 0): { torn: boolean; unended: boolean } {
  const buffer = Buffer.allocUnsafe(1 << 16);
  let rest: Buffer[] = [];
  let number = 0;
  let position = from;
  for (;;) {
    const piece = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, position));
    if (piece.length === 0) break;
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      const line = Buffer.concat([...rest, piece.subarray(start, end)]);
      rest = [];
      start = end + 1;
      visit(parseJournalLine(line), { number: ++number, end: position + start });
    }
    if (start < piece.length) rest.push(Buffer.from(piece.subarray(start)));
    position += piece.length;
  }
  if (rest.length === 0) return { torn: false, unended: false };
  const last = parseJournalLine(Buffer.concat(rest));
  if (last === undefined) return { torn: true, unended: false };
  visit(last, { number: ++number, end: position });
  return { torn: false, unended: true };
}

function lineOf(
  path: string,
  head: { seq: number; t: string; type: string },
  fields: Readonly<Record<string, unknown>>,
): Buffer {
  const taken = reserved.find((key) => Object.hasOwn(fields, key));
  if (taken !== undefined) throw journalField(path, head.type, `it has a field "${taken}"`);
  try {
    return journalLine({ ...head, ...fields });
  } catch (error) {
    throw journalField(path, head.type, error instanceof Error ? error.message : String(error));
  }
}
