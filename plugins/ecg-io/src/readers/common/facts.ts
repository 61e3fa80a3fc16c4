/** @file Facts that leave a reader: age in years, sex, codes. Never a name, an id or a date of birth. */
import type { Facts } from './recording.ts';

const OLDEST = 120;
const DAYS_A_YEAR = 365.25;
const perYear: { readonly [unit: string]: number } = {
  ...{ y: 1, a: 1, year: 1, years: 1, '': 1 },
  ...{ m: 12, mo: 12, month: 12, months: 12 },
  ...{ w: DAYS_A_YEAR / 7, wk: DAYS_A_YEAR / 7, week: DAYS_A_YEAR / 7, weeks: DAYS_A_YEAR / 7 },
  ...{ d: DAYS_A_YEAR, day: DAYS_A_YEAR, days: DAYS_A_YEAR },
};

/** Whole years, null where it is no age. */
export function ageOf(value: string | number | undefined, unit = 'years'): number | null {
  const perOne = perYear[unit.trim().toLowerCase()];
  const text = typeof value === 'string' ? value.trim() : value;
  if (text === undefined || text === '' || perOne === undefined) return null;
  const years = Math.floor(Number(text) / perOne);
  return years >= 0 && years <= OLDEST ? years : null;
}

/** 'female', 'male' or null, from words, letters and HL7 codes. */
export function sexOf(text: string | undefined): string | null {
  const word = (text ?? '').trim();
  if (/^(f(emale)?|w(oman)?)$/i.test(word)) return 'female';
  return /^m(ale|an)?$/i.test(word) ? 'male' : null;
}

export type Day = { readonly year: number; readonly month: number; readonly day: number };

/** From 'YYYYMMDD...', 'YYYY-MM-DD...' or 'MM-DD-YYYY'. */
export function dayOf(text: string | undefined): Day | undefined {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text ?? '');
  if (found) return checked(Number(found[1]), Number(found[2]), Number(found[3]));
  const american = /^(\d{2})-(\d{2})-(\d{4})$/.exec(text ?? '');
  if (american) return checked(Number(american[3]), Number(american[1]), Number(american[2]));
  return undefined;
}

export function checked(year: number, month: number, day: number): Day | undefined {
  const real = year >= 1850 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return real ? { year, month, day } : undefined;
}

/** Whole years from birth to the recording; the date of birth itself goes no further. */
export function ageAt(born: Day | undefined, recorded: Day | undefined): number | null {
  if (born === undefined || recorded === undefined) return null;
  const before =
    recorded.month < born.month || (recorded.month === born.month && recorded.day < born.day);
  return ageOf(recorded.year - born.year - (before ? 1 : 0));
}

/** Codes alone: anything that is no short word of letters, digits and '.-_' is dropped, since free text may name a person. */
export function factsOf(
  age: number | null,
  sex: string | null,
  codes: readonly string[] = [],
): Facts {
  const kept = codes
    .map((code) => code.trim())
    .filter((code) => /^[A-Za-z0-9._-]{1,16}$/.test(code));
  const joined = [...new Set(kept)].slice(0, 64).join(',');
  return joined === '' ? { age, sex } : { age, sex, codes: joined };
}
