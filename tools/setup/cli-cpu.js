// @ts-check
/**
 * @file `node tools/setup/cli-cpu.js [--json]`: CPU time of light commands above an empty Node.js, medians of 9, as users have them
 * (from dist) and in a clone without a build (from source). `--json` measures the former alone and also tells what they load.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { medianCpu } from './src/cpu-seconds.js';
import { ROOT } from './src/root.js';
import { stagePackages } from './src/stage-packages.js';

const json = process.argv.includes('--json');
const folder = mkdtempSync(join(tmpdir(), 'dualbeat-cpu-'));
try {
  const installed = stagePackages(ROOT, folder);
  const clone = join(ROOT, 'packages', 'cli', 'bin', 'dualbeat.js');
  const light = { '--help': ['--help'], 'plugins list': ['plugins', 'list'] };
  /** @type {Record<string, readonly string[]>} */
  const commands = { 'node -e 0': ['-e', '0'] };
  for (const [name, args] of Object.entries(light)) {
    commands[`dualbeat ${name} (dist)`] = [installed, ...args];
    if (!json) commands[`dualbeat ${name} (clone)`] = [clone, ...args];
  }
  const medians = medianCpu(commands, folder);
  const empty = medians['node -e 0'] ?? 0;
  const rows = Object.entries(medians).map(([name, seconds]) => ({
    name,
    seconds,
    above: seconds - empty,
  }));
  if (json) {
    const loads = Object.entries(light).map(([name, args]) => [name, loaded(installed, args)]);
    console.log(JSON.stringify({ rows, loads: Object.fromEntries(loads) }));
  } else {
    for (const { name, seconds, above } of rows) {
      console.log(
        `${name.padEnd(30)} ${seconds.toFixed(3)} s, ${above.toFixed(3)} s above an empty Node.js`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} command file of the command
 * @param {readonly string[]} args
 * @returns {string[]} names of the packages whose code was loaded
 */
function loaded(command, args) {
  const out = join(folder, 'loaded.json');
  const hook = join(folder, 'hook.mjs');
  // The inspector tells of every script that is parsed, without a port.
  writeFileSync(
    hook,
    `import { Session } from 'node:inspector';
import { writeFileSync } from 'node:fs';
const session = new Session();
session.connect();
const urls = [];
session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
session.post('Debugger.enable');
process.on('exit', () => writeFileSync(${JSON.stringify(out)}, JSON.stringify(urls)));\n`,
  );
  const flags = ['--import', pathToFileURL(hook).href, command, ...args];
  execFileSync(process.execPath, flags, { cwd: folder, stdio: 'ignore' });
  /** @type {string[]} */
  const urls = JSON.parse(readFileSync(out, 'utf8'));
  const names = urls.flatMap((url) => {
    const own = /\/(packages|plugins)\/([^/]+)\/(dist|bin)\//.exec(url);
    if (own !== null) return [`@dualbeat/${own[2]}`];
    const other = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
    return other === null ? [] : [String(other[1])];
  });
  return [...new Set(names)].sort();
}
