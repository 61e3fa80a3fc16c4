// @ts-check
/**
 * @file `npm run pack [-- folder] [--transpile]`: builds what is stale and packs all packages and plugins into a folder
 * (`packed`), for study folders and plugins outside the repository until there is a release on npm. A first build takes minutes, a
 * fresh one is kept. `--transpile` takes seconds and leaves the type declarations out: what is packed runs, but is not typed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { checkNode, nodeVersion } from './src/node-version.js';

process.exitCode = checkNode(nodeVersion()) ? await pack(process.argv.slice(2)) : 1;

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
async function pack(args) {
  const { reportErrors } = await import('./src/errors.js');
  const { packPackages } = await import('./src/pack-packages.js');
  const { ROOT } = await import('./src/root.js');
  const { run } = await import('./src/run.js');
  return reportErrors(async () => {
    const started = performance.now();
    const folder = args.find((word) => !word.startsWith('--'));
    const out = resolve(folder ?? join(ROOT, 'packed'));
    /** @type {string[]} */
    let tarballs;
    if (args.includes('--transpile')) {
      const { stagePackages } = await import('./src/stage-packages.js');
      const staged = mkdtempSync(join(tmpdir(), 'dualbeat-pack-'));
      try {
        stagePackages(ROOT, staged);
        tarballs = packPackages(staged, out);
      } finally {
        rmSync(staged, { recursive: true, force: true });
      }
    } else {
      console.log('building what is stale; from nothing this takes about 2.5 minutes on 2 cores');
      const built = await run('npm', ['run', 'build'], { cwd: ROOT });
      if (built !== 0) return built;
      tarballs = packPackages(ROOT, out);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(
      `${tarballs.length} packages in ${relative(process.cwd(), out) || '.'} (${seconds} s)`,
    );
    console.log(
      'next: npx --no dualbeat new <folder>, or npx --no dualbeat plugins new <scope/name> --kind <kind>',
    );
    return 0;
  });
}
