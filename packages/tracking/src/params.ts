/** @file A resolved experiment as MLflow params: one per value, by its path. */
import { safeName } from '@dualbeat/mlflow-js';
import type { KeyValue } from '@dualbeat/mlflow-js';

/** What is planned or compared, not computed with: variants and sweeps stand in the sweep's own record. */
const leftOut = new Set(['variants', 'sweep']);

/**
 * 'stages.mae.train.epochs' -> '20'. Lists of plain values are one param. Paths that the server's names cannot tell apart
 * ('a/b' and 'a_b') get a number.
 */
export function paramsOf(resolved: unknown): KeyValue {
  const params: { [key: string]: string } = {};
  const add = (path: string, value: unknown): void => {
    const name = safeName(path);
    let free = name;
    for (let n = 2; Object.hasOwn(params, free); n++) free = `${name}-${n}`;
    params[free] = typeof value === 'string' ? value : JSON.stringify(value);
  };
  const visit = (value: unknown, path: string): void => {
    if (value === undefined) return;
    if (Array.isArray(value)) {
      if (value.every((item) => typeof item !== 'object' || item === null)) add(path, value);
      else value.forEach((item, i) => visit(item, `${path}.${i}`));
      return;
    }
    if (typeof value !== 'object' || value === null) {
      add(path, value);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      if (path !== '' || !leftOut.has(key)) visit(item, path === '' ? key : `${path}.${key}`);
    }
  };
  visit(resolved, '');
  return params;
}
