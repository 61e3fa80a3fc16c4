/** @file Which parameters an entry of `init` means. */
import { matcher } from '@dualbeat/training';

/** `pattern`: a prefix of names ('encoders/ecg', also the whole name), or a pattern with * or ** over whole names. */
export function initMatcher(pattern: string): (name: string) => boolean {
  if (pattern.includes('*')) return matcher(pattern);
  return (name) => name === pattern || name.startsWith(`${pattern}/`);
}

/** Names that both sides have and the pattern means. */
export function initNames(
  pattern: string,
  own: readonly string[],
  source: readonly string[],
): string[] {
  const there = new Set(source);
  const means = initMatcher(pattern);
  return own.filter((name) => there.has(name) && means(name));
}
