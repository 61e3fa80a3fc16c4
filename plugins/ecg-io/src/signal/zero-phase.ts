/**
 * @file Filtering forwards and backwards, so that no wave is shifted (Gustafsson 1996 compares the start conditions).
 * Padding and start state are SciPy's defaults for `sosfiltfilt` and `filtfilt`: odd extension at both ends and the
 * steady state of a constant input.
 */
import type { RowFilter, Section } from './section.ts';

/** Samples added at each end; a row must be longer than this. */
export function paddingOf(sections: readonly Section[]): number {
  const firstOrder = Math.min(
    sections.filter((s) => s.b2 === 0).length,
    sections.filter((s) => s.a2 === 0).length,
  );
  return 3 * (2 * sections.length + 1 - firstOrder);
}

/** State of each section (direct form II transposed) after a constant input of 1 for ever. */
export function steadyState(sections: readonly Section[]): { z1: number; z2: number }[] {
  let input = 1;
  return sections.map((s) => {
    const output = (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2);
    const z2 = input * (s.b2 - s.a2 * output);
    const z1 = input * (s.b1 - s.a1 * output) + z2;
    input *= output;
    return { z1, z2 };
  });
}

function pass(x: Float64Array, s: Section, start: { z1: number; z2: number }, level: number): void {
  const { b0, b1, b2, a1, a2 } = s;
  let z1 = start.z1 * level;
  let z2 = start.z2 * level;
  for (let i = 0; i < x.length; i++) {
    const input = x[i] as number;
    const output = b0 * input + z1;
    z1 = b1 * input - a1 * output + z2;
    z2 = b2 * input - a2 * output;
    x[i] = output;
  }
}

/** A filter for rows of `samples` values. @example zeroPhase(butterworthHighpass(4, 0.5, 500), 5000) */
export function zeroPhase(sections: readonly Section[], samples: number): RowFilter {
  const padding = paddingOf(sections);
  const start = steadyState(sections);
  const padded = new Float64Array(samples + 2 * padding);
  const last = samples - 1;
  const cascade = () => {
    const level = padded[0] as number;
    for (let k = 0; k < sections.length; k++) {
      pass(padded, sections[k] as Section, start[k] as { z1: number; z2: number }, level);
    }
    padded.reverse();
  };
  return (row) => {
    const [left, right] = [row[0] as number, row[last] as number];
    padded.set(row, padding);
    for (let i = 1; i <= padding; i++) {
      padded[padding - i] = 2 * left - (row[i] as number);
      padded[padding + last + i] = 2 * right - (row[last - i] as number);
    }
    cascade();
    cascade();
    row.set(padded.subarray(padding, padding + samples));
  };
}
