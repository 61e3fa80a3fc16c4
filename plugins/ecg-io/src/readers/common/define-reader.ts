/** @file The frame of a reader: one bounded read of the file, a decoder, and leads chosen by the options. */
import { basename } from 'node:path';
import { defineComponent, isCoded } from '@dualbeat/core';
import type { Reader } from '@dualbeat/core';
import type { Static, TObject } from 'typebox';
import * as errors from './errors.ts';
import type { LeadOptions } from './lead-options.ts';
import { MAX_FILE_BYTES } from './limits.ts';
import { readBounded } from './read-bounded.ts';
import type { Recording } from './recording.ts';
import { toRecord } from './to-record.ts';

export type ReaderDefinition<S extends TObject> = {
  readonly id: string;
  /** As in 'it is no whole ... file'. */
  readonly format: string;
  readonly options: S;
  /** Largest file, in bytes. */
  readonly maxBytes?: number;
  recognises(head: Uint8Array, name: string): boolean;
  decode(bytes: Uint8Array, where: string, options: Static<S>): Recording | Promise<Recording>;
};

/** A reader component. What a decoder (or its library) throws without a code becomes E_ECG_DAMAGED of the file. */
export function defineReader<S extends TObject>(of: ReaderDefinition<S>) {
  return defineComponent({
    kind: 'reader',
    id: of.id,
    options: of.options,
    create: (options): Reader => ({
      recognises: of.recognises,
      read: async (path) => {
        const bytes = await readBounded(path, of.maxBytes ?? MAX_FILE_BYTES);
        try {
          const recording = await of.decode(bytes, path, options);
          const id = basename(path).replace(/\.[^.]*$/, '') || basename(path);
          return toRecord(id, recording, options as LeadOptions, path);
        } catch (error) {
          if (isCoded(error)) throw error;
          throw errors.damaged(path, of.format, 'its structure cannot be followed', error);
        }
      },
    }),
  });
}
