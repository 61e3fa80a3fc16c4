/** @file Where the values of an experiment were said: file, line and column, or a --set. */
import { relative } from 'node:path';

export type Place =
  | { readonly file: string; readonly line: number; readonly column: number }
  | { readonly set: string };
/** By path ('stages.mae.train.epochs'; list items by index). */
export type Places = Map<string, Place>;
/** A plain JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };
/** A file's content and where each value of it stands. */
export type Doc = { readonly value: JsonMap; readonly places: Places };

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
export function joined(path: readonly string[]): string {
  return path.join('.');
}
/** The place of a path, or of its nearest ancestor that has one. */
export function placeOf(places: Places, path: readonly string[]): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(joined(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return undefined;
}
/** Forgets `path` and all below. */
export function forget(places: Places, path: string): void {
  for (const key of [...places.keys()])
    if (key === path || key.startsWith(`${path}.`)) places.delete(key);
}
/** A file as messages name it: relative where it lies below the working folder. */
export function shownFile(file: string): string {
  const near = relative(process.cwd(), file);
  return near === '' || near.startsWith('..') ? file : near;
}
/** 'a.yaml:3:5' or '--set a.b=1'. */
export function shownPlace(place: Place, show: (file: string) => string = shownFile): string {
  return 'set' in place
    ? `--set ${place.set}`
    : `${show(place.file)}:${place.line}:${place.column}`;
}
