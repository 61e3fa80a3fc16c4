/** @file Where each value of a resolved experiment was said. */
import { dirname, relative, sep } from 'node:path';
import type { Named } from '../contracts/tensor.ts';
import { isMap, joined, type Place, type Places, shownPlace } from './places.ts';

/** The place of one leaf; a stage's encoder also reads the experiment's. */
function placeOfLeaf(places: Places, path: readonly string[]): Place | undefined {
  const own = places.get(joined(path));
  if (own !== undefined || path[0] !== 'stages' || path[2] !== 'encoders') return own;
  return places.get(joined(['encoders', ...path.slice(3)]));
}

/** By path of every leaf: 'a.yaml:3:5' (files relative to the experiment file), '--set ...' or 'default'. */
export function originsOf(resolved: unknown, places: Places, file: string): Named<string> {
  const show = (of: string) => relative(dirname(file), of).split(sep).join('/');
  const origins: Record<string, string> = {};
  const visit = (value: unknown, path: readonly string[]): void => {
    const below = isMap(value) || Array.isArray(value) ? Object.entries(value) : [];
    for (const [key, item] of below) visit(item, [...path, key]);
    if (below.length > 0) return;
    const place = placeOfLeaf(places, path);
    origins[joined(path)] = place === undefined ? 'default' : shownPlace(place, show);
  };
  visit(resolved, []);
  return origins;
}
