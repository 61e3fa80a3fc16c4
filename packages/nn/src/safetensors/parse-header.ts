/** @file The header of a safetensors file: a strict parser, since JSON.parse hides duplicate keys and `__proto__`. */
import { badHeader, badName, duplicateKey, tooMany } from './errors.ts';

export type HeaderEntry = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
};
export type Header = {
  readonly tensors: ReadonlyMap<string, HeaderEntry>;
  readonly metadata: ReadonlyMap<string, string>;
};
export type HeaderLimits = { readonly tensors: number; readonly rank: number };

/**
 * Reads the text of a header: an object of tensor entries, and `__metadata__` with texts. Only what the format has is taken:
 * whole numbers from 0 to 2^53 - 1, no unknown key, no key twice, and nothing but spaces after the object.
 */
export function parseHeader(text: string, limits: HeaderLimits, where?: string): Header {
  let at = 0;
  const fail = (want: string) => badHeader(`${want} is expected at character ${at}`, where);
  // Loops over characters: a regular expression overflows its stack on a hostile header of 100 MB.
  const skip = () => {
    while (isBlank(text.charCodeAt(at))) at++;
  };
  const expect = (symbol: string) => {
    skip();
    if (text[at] !== symbol) throw fail(`"${symbol}"`);
    at++;
  };
  const goesOn = (closing: string): boolean => {
    skip();
    if (text[at] === ',') {
      at++;
      return true;
    }
    expect(closing);
    return false;
  };
  const string = (): string => {
    expect('"');
    const start = at - 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    expect('"');
    let value: string;
    try {
      value = JSON.parse(text.slice(start, at)) as string; // escapes and control characters
    } catch {
      throw badHeader(`the string at character ${start} is broken`, where);
    }
    if (/\p{Surrogate}/u.test(value)) throw badHeader('a string has half a character', where);
    return value;
  };
  const integer = (): number => {
    skip();
    const start = at;
    while (isDigit(text.charCodeAt(at))) at++;
    const digits = text.slice(start, at);
    if (digits === '' || (digits.length > 1 && digits.startsWith('0'))) {
      throw badHeader(`a whole number, 0 or more, is expected at character ${start}`, where);
    }
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) {
      throw badHeader(`the number ${digits.slice(0, 40)} is too large`, where);
    }
    return value;
  };
  const integers = (limit: number): number[] => {
    const list: number[] = [];
    expect('[');
    skip();
    if (text[at] === ']') {
      at++;
      return list;
    }
    do {
      list.push(integer());
      if (list.length > limit) throw tooMany('dimensions in one tensor', list.length, limit, where);
    } while (goesOn(']'));
    return list;
  };
  /** Calls `entry` after each key of an object. */
  const object = (entry: (key: string) => void) => {
    const seen = new Set<string>();
    expect('{');
    skip();
    if (text[at] === '}') {
      at++;
      return;
    }
    do {
      const key = string();
      if (key === '__proto__') throw badName(key, where);
      if (seen.has(key)) throw duplicateKey(key, where);
      seen.add(key);
      expect(':');
      entry(key);
    } while (goesOn('}'));
  };
  const tensor = (name: string): HeaderEntry => {
    let dtype: string | undefined;
    let shape: number[] | undefined;
    let offsets: number[] | undefined;
    object((key) => {
      if (key === 'dtype') dtype = string();
      else if (key === 'shape') shape = integers(limits.rank);
      else if (key === 'data_offsets') offsets = integers(2);
      else throw badHeader(`the tensor "${name}" has an unknown key ${JSON.stringify(key)}`, where);
    });
    const [begin, end] = offsets ?? [];
    if (dtype === undefined || shape === undefined || begin === undefined || end === undefined) {
      throw badHeader(`the tensor "${name}" lacks dtype, shape or data_offsets`, where);
    }
    return { dtype, shape, data_offsets: [begin, end] };
  };

  const tensors = new Map<string, HeaderEntry>();
  const metadata = new Map<string, string>();
  if (text[0] !== '{') throw fail('"{"');
  object((key) => {
    if (key === '__metadata__') {
      object((name) => void metadata.set(name, string()));
      return;
    }
    if (tensors.size >= limits.tensors)
      throw tooMany('tensors', tensors.size + 1, limits.tensors, where);
    tensors.set(key, tensor(key));
  });
  while (text[at] === ' ') at++;
  if (at !== text.length) throw fail('the end');
  return { tensors, metadata };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
