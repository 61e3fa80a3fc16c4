/** @file Resampling of subjects: all rows of a subject are drawn together. */
import type { HostRandom } from '@dualbeat/core';

/** Subject of each row: a number or an id. */
export type Subjects = ArrayLike<number | string>;

/** Rows of each subject, subjects in the order of their first row. */
export function rowsBySubject(subjects: Subjects): readonly Int32Array[] {
  const rows = new Map<number | string, number[]>();
  for (let i = 0; i < subjects.length; i++) {
    const subject = subjects[i] as number | string;
    const of = rows.get(subject);
    if (of) of.push(i);
    else rows.set(subject, [i]);
  }
  return [...rows.values()].map((of) => Int32Array.from(of));
}

/** Rows of as many subjects as there are, drawn with replacement. */
export function drawSubjects(groups: readonly Int32Array[], random: HostRandom): Int32Array {
  const drawn = Array.from(
    { length: groups.length },
    () => groups[Math.floor(random() * groups.length)] as Int32Array,
  );
  return joined(drawn);
}

/** Rows of all subjects but one. */
export function withoutSubject(groups: readonly Int32Array[], left: number): Int32Array {
  return joined(groups.filter((_, g) => g !== left));
}

/** `values` at `rows`. */
export function at(values: ArrayLike<number>, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i] as number] as number;
  return out;
}

function joined(groups: readonly Int32Array[]): Int32Array {
  let length = 0;
  for (const group of groups) length += group.length;
  const out = new Int32Array(length);
  let to = 0;
  for (const group of groups) {
    out.set(group, to);
    to += group.length;
  }
  return out;
}
