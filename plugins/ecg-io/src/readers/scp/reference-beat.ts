/** @file Adding back the reference beat that SCP-ECG subtracts from the rhythm data (EN 1064, sections 4 and 5). */
import * as errors from '../common/errors.ts';
import type { SectionReader } from './sections.ts';
import type { Block } from './scp.ts';

/**
 * Adds the beat of type 0 to every place of section 4, in place. Sample numbers begin at 1. The rhythm data has the resolution
 * of its own section; both have one interval. Errors: E_ECG_DAMAGED, E_ECG_UNSUPPORTED.
 */
export function addReferenceBeat(
  rhythm: Block,
  beats: SectionReader,
  reference: Block,
  where: string,
): void {
  if (reference.intervalMicroseconds !== rhythm.intervalMicroseconds) {
    throw errors.unsupported(where, 'SCP-ECG', 'a reference beat of another sampling rate');
  }
  const fiducialInBeat = beats.u16(2);
  const count = beats.u16(4);
  const scale = reference.nanovolts / rhythm.nanovolts;
  for (let beat = 0; beat < count; beat++) {
    const at = 6 + 14 * beat;
    const [type, start] = [beats.u16(at), beats.u32(at + 2)];
    const [fiducial, end] = [beats.u32(at + 6), beats.u32(at + 10)];
    if (type !== 0) continue;
    rhythm.rows.forEach((row, lead) => {
      const shape = reference.rows[lead] as Float64Array;
      const shift = fiducialInBeat - fiducial;
      const first = Math.max(start, 1, 1 - shift);
      const last = Math.min(end, row.length, shape.length - shift);
      for (let i = first; i <= last; i++) {
        row[i - 1] = (row[i - 1] as number) + (shape[i + shift - 1] as number) * scale;
      }
    });
  }
}
