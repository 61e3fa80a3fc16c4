/** @file XML of bounded size and depth, without entities, as nodes that are easy to ask. */
import type { X2jOptions } from 'fast-xml-parser';
import * as errors from './errors.ts';

const MAX_DEPTH = 64;
/** Nodes of a tree; the largest real files have a few thousand. */
const MAX_TAGS = 500_000;

export type XmlNode = { readonly [name: string]: unknown };

const parserOptions: X2jOptions = {
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false, // an entity is never expanded
  htmlEntities: false,
  trimValues: true,
  maxNestedTags: MAX_DEPTH,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
};

/**
 * The tree of a file; `root` is the expected outermost element. Errors: E_ECG_DAMAGED, E_ECG_LIMIT, E_ECG_UNSUPPORTED
 * (a document type with declarations: entity expansion is refused).
 */
export async function parseXml(
  bytes: Uint8Array,
  where: string,
  format: string,
  root: string,
): Promise<XmlNode> {
  const text = xmlText(bytes);
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(text)) {
    throw errors.unsupported(where, format, 'a document type with declarations');
  }
  let tags = 0;
  for (let i = text.indexOf('<'); i !== -1; i = text.indexOf('<', i + 1)) tags++;
  if (tags > 2 * MAX_TAGS) throw errors.limit(where, `${tags} tags`, `${2 * MAX_TAGS} tags`);
  // Loaded here: the plugin's entry is also loaded to check an experiment.
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    throw errors.damaged(
      where,
      format,
      `its XML breaks off or is malformed in line ${valid.err.line}`,
    );
  }
  let tree: XmlNode;
  try {
    tree = new XMLParser(parserOptions).parse(text) as XmlNode;
  } catch (error) {
    throw errors.damaged(where, format, `its XML is nested too deeply or malformed`, error);
  }
  const top = first(tree, root);
  if (top === undefined) throw errors.damaged(where, format, `it has no element ${root}`);
  return top;
}

/** Text by byte order mark, by zero bytes, or by the declared encoding. */
export function xmlText(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (a === 0x3c && b === 0) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0 && b === 0x3c) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** Child elements of a name, in order. */
export function all(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (node === undefined || !Object.hasOwn(node, name)) return [];
  const found = node[name];
  const list = Array.isArray(found) ? (found as readonly unknown[]) : [found];
  return list.map((each) =>
    typeof each === 'object' && each !== null ? (each as XmlNode) : { '#text': each },
  );
}

/** The first element along a path of names. */
export function first(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  let at = node;
  for (const name of path) at = all(at, name)[0];
  return at;
}

/** Text of an element or of the first one along a path; '' where there is none. */
export function textAt(node: XmlNode | undefined, ...path: readonly string[]): string {
  const text = first(node, ...path)?.['#text'];
  const plain = Array.isArray(text) ? (text as readonly unknown[])[0] : text;
  return typeof plain === 'string' ? plain.trim() : '';
}

export function attribute(node: XmlNode | undefined, name: string): string {
  const value = node?.[`@${name}`];
  return typeof value === 'string' ? value : '';
}

/** The text of the file's head, for `recognises`: lower case is left as it is. */
export function headText(head: Uint8Array, name: string): string {
  return /\.xml$/i.test(name) ? xmlText(head) : '';
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Bytes of base64 text with white space in it. Error: E_ECG_DAMAGED. */
export function base64Bytes(text: string, where: string, format: string): Uint8Array {
  const plain = text.replace(/\s+/g, '');
  if (!BASE64.test(plain) || plain.length % 4 === 1) {
    throw errors.damaged(where, format, 'the text of a waveform is no base64');
  }
  return new Uint8Array(Buffer.from(plain, 'base64'));
}

/** Integers between separators (a regular expression of one character). Error: E_ECG_DAMAGED. */
export function integersOf(
  text: string,
  separator: RegExp,
  where: string,
  format: string,
): Float64Array {
  const parts = text.trim().split(separator);
  return Float64Array.from(parts, (part) => {
    if (!/^\s*[+-]?\d{1,9}\s*$/.test(part)) {
      throw errors.damaged(where, format, 'a sample is no integer');
    }
    return Number(part);
  });
}

/** A number of the file. Error: E_ECG_DAMAGED. */
export function numberOf(text: string, what: string, where: string, format: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw errors.damaged(where, format, `its ${what} is no number`);
  return value;
}
