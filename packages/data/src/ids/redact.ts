/** @file Taking the ids of a site out of messages. */
import { createHash } from 'node:crypto';

/**
 * `text` with each of `ids` replaced by `key`: whole, and each of its parts between slashes that has a digit, where they stand
 * as words. A number of the message that equals such a part goes too: rather that than an id that stays.
 */
export function redact(text: string, ids: readonly string[], key: string): string {
  const parts = ids.flatMap((id) => [id, ...id.split('/').filter((part) => /\d/.test(part))]);
  const sorted = [...new Set(parts)].filter(Boolean).sort((a, b) => b.length - a.length);
  return sorted.reduce((shown, part) => {
    const literal = part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return shown.replace(new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'gu'), key);
  }, text);
}

/** A name for a record in logs where there is no site key: the first 48 bits of SHA-256. */
export function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 12);
}
