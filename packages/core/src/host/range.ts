/** @file Version ranges of the manifest: '1.2.3', '^0.1.0', '~1.2', '>=1.2 <2', joined by '||'. */

type Version = readonly [number, number, number];
type Comparator = { readonly operator: string; readonly version: Version; readonly parts: number };

const pattern = /^(\^|~|>=|<=|>|<|=)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-[0-9A-Za-z.-]+)?$/;

function parseComparator(text: string): Comparator | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const numbers = found.slice(2, 5).filter((part) => part !== undefined);
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number);
  return { operator: found[1] ?? '=', version: [major, minor, patch], parts: numbers.length };
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The first version above all that `^`, `~` or a partial exact version admits. */
function ceiling({ operator, version: [major, minor, patch], parts }: Comparator): Version {
  if (operator === '^' && major > 0) return [major + 1, 0, 0];
  if (operator === '^' && parts > 1 && (minor > 0 || parts === 2)) return [0, minor + 1, 0];
  if (operator === '^' && parts === 3) return [0, 0, patch + 1];
  if (parts === 1) return [major + 1, 0, 0];
  if (operator === '~' || parts === 2) return [major, minor + 1, 0];
  return [major, minor, patch + 1];
}

function admits(comparator: Comparator, version: Version): boolean {
  const order = compare(version, comparator.version);
  switch (comparator.operator) {
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '<':
      return order < 0;
    default:
      return order >= 0 && compare(version, ceiling(comparator)) < 0;
  }
}

/**
 * Does `version` satisfy `range`? undefined: the range cannot be read. Pre-releases count as their release, so that a
 * release candidate of core takes the plugins that are made for it.
 */
export function satisfies(version: string, range: string): boolean | undefined {
  const at = parseComparator(version);
  if (at === undefined) return undefined;
  const alternatives = range.split('||').map((part) =>
    part
      .trim()
      .replace(/(\^|~|>=|<=|>|<|=)\s+/g, '$1')
      .split(/\s+/)
      .map(parseComparator),
  );
  if (alternatives.flat().includes(undefined)) return undefined;
  return alternatives.some((all) => all.every((one) => admits(one as Comparator, at.version)));
}
