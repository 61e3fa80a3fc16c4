/** @file Patterns on record ids. */

/**
 * A test for ids that match any of the patterns as a whole: `*` is any text within a folder name, `**` any folders, `?` one
 * character; all else stands for itself.
 * @example matcher(['data/1*', '**\/HR?????'])('data/17'); // true
 */
export function matcher(patterns: readonly string[]): (id: string) => boolean {
  const tests = patterns.map((pattern) => new RegExp(`^${source(pattern)}$`, 'u'));
  return (id) => tests.some((test) => test.test(id));
}

function source(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|[*?]|[\\^$.|+()[\]{}/]/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
}
