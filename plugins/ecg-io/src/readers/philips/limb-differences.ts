/** @file Philips XLI stores leads III, aVR, aVL and aVF as what they differ by from the value that follows from I and II. */

/** The leads as they were recorded; digital values, equal lengths. Without I and II nothing is changed. */
export function undoLimbDifferences(
  names: readonly string[],
  leads: readonly Int32Array[],
): Int32Array[] {
  const named = (name: string) => leads[names.indexOf(name)];
  const [I, II] = [named('I'), named('II')];
  if (!I || !II) return [...leads];
  const residual = named('III');
  const III = II.map((value, i) => value - (I[i] as number) - (residual?.[i] ?? 0));
  /** Half of it, towards minus infinity, less what is stored. */
  const half = (sum: (i: number) => number, stored: Int32Array) =>
    stored.map((value, i) => Math.floor(sum(i) / 2) - value);
  return leads.map((stored, lead) => {
    switch (names[lead]) {
      case 'III':
        return III;
      case 'aVR':
        return stored.map(
          (value, i) => -value - Math.floor(((I[i] as number) + (II[i] as number)) / 2),
        );
      case 'aVL':
        return half((i) => (I[i] as number) - (III[i] as number), stored);
      case 'aVF':
        return half((i) => (II[i] as number) + (III[i] as number), stored);
      default:
        return stored;
    }
  });
}
