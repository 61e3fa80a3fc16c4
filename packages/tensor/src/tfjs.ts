/** @file The one tfjs instance. CommonJS on purpose: tfjs' native kernel layer requires the same files. Error: E_TFJS_TWICE. */
import { createRequire } from 'node:module';
import type * as Tfjs from '@tensorflow/tfjs-core';
import { secondTfjs } from './errors.ts';
import { replaceGradients } from './ops/gradients.ts';

export type TfjsCore = typeof Tfjs;
export const require = createRequire(import.meta.url);

let core: TfjsCore | undefined;

export function tfjs(): TfjsCore {
  if (core === undefined) {
    const key = Symbol.for('@dualbeat/tensor/tfjs');
    const path = require.resolve('@tensorflow/tfjs-core');
    const registry = globalThis as { [key]?: string };
    if (registry[key] !== undefined && registry[key] !== path)
      throw secondTfjs([registry[key], path]);
    registry[key] = path;
    const already = Object.keys(require.cache).find(
      (p) => /tfjs-core[\\/]dist[\\/]tf-core\.node\.js$/.test(p) && p !== path,
    );
    if (already !== undefined) throw secondTfjs([already, path]);
    core = require('@tensorflow/tfjs-core') as TfjsCore;
    require('@tensorflow/tfjs'); // registers the gradients; core alone has none
    core.env().set('PROD', true); // tfjs' notices would go to the console
    replaceGradients(core);
  }
  return core;
}
