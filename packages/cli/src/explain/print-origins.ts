/** @file The resolved experiment, one line a value: path, value, where it was said. */
import { relative } from 'node:path';
import type { LoadedExperiment, Named } from '@dualbeat/core';
import { say } from '../say.ts';

export function printOrigins({ resolved, origins }: LoadedExperiment): void {
  const lines = leaves(resolved, '').map(([path, value]) => {
    const origin = originOf(origins, path);
    return [`${path}: ${JSON.stringify(value)}`, origin === undefined ? '' : `# ${here(origin)}`];
  });
  const width = Math.min(Math.max(...lines.map(([left]) => (left ?? '').length)), 72);
  for (const [left = '', right = ''] of lines) say(`${left.padEnd(width)}  ${right}`.trimEnd());
}

/** Of a list: where its first value was said. */
function originOf(origins: Named<string>, path: string): string | undefined {
  return origins[path] ?? Object.entries(origins).find(([at]) => at.startsWith(`${path}.`))?.[1];
}

/** Paths of this folder are shown from here. */
function here(origin: string): string {
  const match = /^(\/.*?)((?::\d+)*)$/.exec(origin);
  return match === null ? origin : `${relative(process.cwd(), match[1] as string)}${match[2]}`;
}

function leaves(value: unknown, path: string): [string, unknown][] {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isBranch ? Object.entries(value) : [];
  if (entries.length === 0) return [[path, value]];
  return entries.flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
