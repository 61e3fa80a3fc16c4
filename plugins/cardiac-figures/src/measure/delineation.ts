/** @file Where the QRS complexes are, from annotations of the record. */

/** One QRS complex of one lead; positions in samples. */
export type Delineation = {
  /** Index of the lead. */
  readonly lead: number;
  readonly onset: number;
  readonly peak: number;
  readonly offset: number;
};
/** What is read of an annotation. */
export type Mark = { readonly sample: number; readonly symbol: string };

/** The complexes of one lead's annotations: a beat 'N' between the marks '(' and ')', as LUDB writes them. */
export function qrsDelineations(marks: readonly Mark[], lead: number): Delineation[] {
  const out: Delineation[] = [];
  for (let i = 1; i + 1 < marks.length; i++) {
    const [before, peak, after] = [marks[i - 1], marks[i], marks[i + 1]];
    if (before?.symbol !== '(' || peak?.symbol !== 'N' || after?.symbol !== ')') continue;
    out.push({ lead, onset: before.sample, peak: peak.sample, offset: after.sample });
  }
  return out;
}

/** The complexes that lie in hidden patches alone; `hidden` is [L][W], 1 where the encoder saw nothing. */
export function hiddenBeats(
  delineations: readonly Delineation[],
  hidden: readonly Uint8Array[],
  windowSamples: number,
): Delineation[] {
  return delineations.filter(({ lead, onset, offset }) => {
    const first = Math.floor(onset / windowSamples);
    const last = Math.floor(offset / windowSamples);
    for (let w = first; w <= last; w++) if (hidden[lead]?.[w] !== 1) return false;
    return true;
  });
}
