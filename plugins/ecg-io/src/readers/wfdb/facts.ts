/** @file Facts of a record from the comments of its header: age, sex, codes; nothing that could name a person. */

/** Comments that are kept as they stand; all others are dropped, since free text may name a person. */
const kept = new Set(['dx', 'rx', 'hx', 'sx', 'quality']);
const OLDEST = 120;

/**
 * Facts by name from header comments (without '#'). Two forms: `Age: 76` (PhysioNet challenges) and `<age>: 51` (LUDB,
 * whose `<diagnoses>:` is followed by one comment per finding). `age` is a number of years or null, `sex` 'female', 'male'
 * or null; `Unknown` and `NaN` are null.
 */
export function factsOf(comments: readonly string[]): { [name: string]: string | number | null } {
  const facts: { [name: string]: string | number | null } = {};
  const findings: string[] = [];
  let inDiagnoses = false;
  for (const comment of comments) {
    const pair = /^<?([A-Za-z]+)>?\s*:\s*(.*)$/.exec(comment);
    const key = pair?.[1]?.toLowerCase() ?? '';
    const text = pair?.[2]?.trim() ?? '';
    if (/^<\w+>/.test(comment)) inDiagnoses = key === 'diagnoses';
    else if (inDiagnoses && comment !== '') findings.push(comment);
    if (key === 'age') facts['age'] = ageOf(text);
    else if (key === 'sex' || key === 'gender') facts['sex'] = sexOf(text);
    else if (kept.has(key)) facts[key] = text === '' || text === 'Unknown' ? null : text;
  }
  if (findings.length > 0) facts['diagnoses'] = findings.join(' ');
  return facts;
}

/** PTB-XL writes 300 for "older than 89": no age. */
function ageOf(text: string): number | null {
  const years = text === '' ? NaN : Number(text);
  return years >= 0 && years <= OLDEST ? years : null;
}

function sexOf(text: string): string | null {
  if (/^f(emale)?$/i.test(text)) return 'female';
  return /^m(ale)?$/i.test(text) ? 'male' : null;
}
