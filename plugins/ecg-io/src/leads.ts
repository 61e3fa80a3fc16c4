/** @file Names, order and algebra of the twelve standard ECG leads. */

/** Order of the rows of an `ecg` view. */
export const standardLeads = [
  ...['I', 'II', 'III', 'aVR', 'aVL', 'aVF'],
  ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
] as const;

const bySpelling = new Map<string, string>([
  ...standardLeads.map((lead): [string, string] => [lead.toUpperCase(), lead]),
  // Chest leads by their IEC code, limb leads as Latin countries write them.
  ...[1, 2, 3, 4, 5, 6].map((n): [string, string] => [`C${n}`, `V${n}`]),
  ...['I', 'II', 'III'].map((lead): [string, string] => [`D${lead}`, lead]),
]);

/**
 * The standard name of a lead, `undefined` where it is none of the twelve. Case, white space, '-', '_', '.' and the
 * prefixes 'MDC_ECG_LEAD_', 'Lead', 'ECG', 'EKG' do not count.
 * @example standardLead('MDC_ECG_LEAD_AVR'); // 'aVR'
 */
export function standardLead(name: string): string | undefined {
  const plain = name
    .toUpperCase()
    .replace(/[\s._-]+/g, '')
    .replace(/^(MDC)?(ECG|EKG)?(LEAD)?/, '');
  return bySpelling.get(plain);
}

/** Leads that follow from I and II (Einthoven, Goldberger), as factors of I and of II. */
const fromLimbs: { readonly [lead: string]: readonly [number, number] } = {
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
};

/** True for III, aVR, aVL and aVF. */
export function isDerivable(lead: string): boolean {
  return Object.hasOwn(fromLimbs, lead);
}

/** `lead` (III, aVR, aVL or aVF) from leads I and II: same length, same unit. */
export function deriveLead(lead: string, I: Float32Array, II: Float32Array): Float32Array {
  const [a, b] = fromLimbs[lead] as readonly [number, number];
  return I.map((value, i) => a * value + b * (II[i] as number));
}
