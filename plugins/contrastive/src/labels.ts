/** @file Labels of rows: which rows belong together. */
import { at } from '@dualbeat/core';
import type { Masked, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import { labelShape } from './errors.ts';
import { bothThere, diagonal, equalRows } from './math/similarity.ts';

export const labelsOption = Type.String({
  default: 'subject',
  minLength: 1,
  description:
    'What makes rows positives of each other: the same subject, or the same value of this target.',
});

/** Whether other records of the same subject count as negatives. */
export const sameSubjectOption = Type.Enum(['exclude', 'negative'], {
  default: 'exclude',
  description:
    'Other records of the same subject in the batch: left out, or negatives like all others.',
});

/** Errors: E_NAME_UNKNOWN, E_LABEL_SHAPE. */
export function checkLabels(loss: string, labels: string, targets: Named<TargetSpec>): void {
  if (labels === 'subject') return;
  const { shape } = at(targets, labels, 'target');
  if (shape.reduce((n, size) => n * size, 1) !== 1) throw labelShape(loss, labels, shape);
}

/** bool [N, N]: rows of one label, and each row with itself; a row without a label is alone. */
export function sameLabel(
  tf: Ops,
  labels: string,
  { subject, targets }: { readonly subject: Tensor; readonly targets: Named<Masked> },
): Tensor {
  const [rows] = subject.shape as [number];
  if (labels === 'subject') return equalRows(tf, subject);
  const { values, present } = at(targets, labels, 'target');
  const same = equalRows(tf, tf.reshape(values, [rows]));
  const known = bothThere(tf, tf.reshape(present, [rows]));
  return tf.logicalOr(tf.logicalAnd(same, known), diagonal(tf, rows));
}

/** bool [N, N]: whom a row is compared with: all that are there, itself, and by choice not its subject's other records. */
export function candidatesOf(
  tf: Ops,
  present: Tensor,
  subject: Tensor,
  sameSubject: 'exclude' | 'negative',
): Tensor {
  const there = bothThere(tf, present);
  if (sameSubject === 'negative') return there;
  const [rows] = subject.shape as [number];
  const other = tf.logicalOr(tf.logicalNot(equalRows(tf, subject)), diagonal(tf, rows));
  return tf.logicalAnd(there, other);
}
