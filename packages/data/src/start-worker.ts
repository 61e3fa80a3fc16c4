/** @file Starting a loader thread, from built JavaScript or from TypeScript source. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { sourceModule } from './errors.ts';
import type { ThreadData } from './worker-messages.ts';

/** This module is TypeScript in the repository and JavaScript in the package; so is its neighbour. */
const isSource = import.meta.url.endsWith('.ts');
const entry = new URL(isSource ? './loader-worker.ts' : './loader-worker.js', import.meta.url);

export function startWorker(data: ThreadData, heapMb: number | undefined): Worker {
  const resourceLimits = heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb };
  const options = { workerData: data, resourceLimits, name: 'dualbeat-loader' };
  if (!isSource && !/\.[cm]?ts$/.test(new URL(data.module).pathname)) {
    return new Worker(entry, options);
  }
  // In Node 20, `--import tsx` in a thread's execArgv registers nothing, and a vitest process has no tsx to inherit: a
  // first line of plain JavaScript registers tsx, then loads the entry.
  const start = `
    import { register } from ${JSON.stringify(tsx(data.module))};
    register();
    await import(${JSON.stringify(entry.href)});
  `;
  const url = new URL(`data:text/javascript,${encodeURIComponent(start)}`);
  return new Worker(url, { ...options, execArgv: ['--conditions=@dualbeat/source'] });
}

/** URL of the tsx that this package finds, or else the one that the module finds. */
function tsx(module: string): string {
  for (const from of [import.meta.url, module]) {
    try {
      // `resolve('tsx/esm/api')` gives its CommonJS form, which cannot register from a thread: take the `import` one.
      const manifest = createRequire(from).resolve('tsx/package.json');
      const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as TsxManifest;
      return new URL(exports['./esm/api'].import.default, pathToFileURL(manifest)).href;
    } catch {
      // Look from the next place.
    }
  }
  throw sourceModule(
    module,
    'it is TypeScript, and the package tsx, which loads it, is not installed',
  );
}
type TsxManifest = { exports: { './esm/api': { import: { default: string } } } };

/** `module` as a file: URL. Errors: E_LOADER_SOURCE. */
export function checkModule(module: string): string {
  if (URL.canParse(module) && new URL(module).protocol === 'file:') return module;
  const hint = module.startsWith('/') ? ` (${pathToFileURL(module).href})` : '';
  throw sourceModule(module, `it is no file: URL${hint}`);
}
