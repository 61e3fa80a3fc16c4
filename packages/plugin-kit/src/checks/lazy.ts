/** @file Check: importing the plugin and creating its components loads no tensor library. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Kind } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { ComponentSubject, PluginLike } from '../check.ts';
import { specifierOf } from '../load-plugin.ts';

/** `id` is undefined where the plugin has one component of the kind. */
type PlainCase = {
  readonly kind: Kind;
  readonly id: string | undefined;
  readonly options: object;
  readonly from: unknown;
};
const registered = new Map<string, PlainCase[]>();

/** Remembers a case for the child of its plugin, where it is plain data. Called while suites are laid out. */
export function registerCase(plugin: PluginLike, one: PlainCase): void {
  if (typeof plugin !== 'string' && !(plugin instanceof URL)) return;
  const key = specifierOf(plugin);
  try {
    const text = JSON.stringify(one, (_name, value: unknown) => {
      if (typeof value === 'function') throw new Error('not plain');
      return value;
    });
    registered.set(key, [...(registered.get(key) ?? []), JSON.parse(text) as PlainCase]);
  } catch {
    // a task's modules, a cohort's resolve(): its entry is still imported
  }
}

// Every script that V8 has parsed, ESM and CommonJS alike; the inspector tells them without a port.
const script = `
import { Session } from 'node:inspector';
import { openHost, resolvePlugins } from '@dualbeat/core';
const session = new Session();
session.connect();
const urls = new Set();
session.on('Debugger.scriptParsed', ({ params }) => urls.add(params.url));
session.post('Debugger.enable');
const [root, cases] = JSON.parse(process.argv[1]);
const found = [];
const look = (when) => {
  for (const url of urls)
    if (/[\\\\/]node_modules[\\\\/](@tensorflow|koffi)[\\\\/]|[\\\\/]packages[\\\\/]tensor[\\\\/]|@dualbeat[\\\\/]tensor[\\\\/]/.test(url)) {
      found.push({ when, url });
      urls.delete(url);
    }
};
const host = await openHost(resolvePlugins([root], root + '/package.json'));
look('importing the entry');
for (const { kind, id, options, from } of cases) {
  const use = id ?? host.catalogue().find((one) => one.kind === kind).id;
  await host.create(kind, { use, options }, from).catch(() => undefined);
  look('creating ' + kind + ' "' + use + '"');
}
console.log(JSON.stringify(found));
process.exit(0);
`;

type Loaded = readonly { readonly when: string; readonly url: string }[];
const children = new Map<string, Promise<Loaded>>();

async function loadedBy(root: string): Promise<Loaded> {
  const cases = registered.get(root) ?? [];
  const fromSource = import.meta.url.endsWith('.ts');
  const source = fromSource ? ['--conditions=@dualbeat/source', '--import', 'tsx'] : [];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...source, '--input-type=module', '-e', script, JSON.stringify([root, cases])],
    // bare names resolve from here: the kit has core among its dependencies
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), timeout: 120_000 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as Loaded;
}

export const lazy = defineCheck<ComponentSubject<Kind>>({
  name: 'lazy',
  states: 'After importing the entry and creating every case, no tensor library is loaded.',
  unfit: ({ plugin }) => (plugin.root === null ? 'the components have no package' : undefined),
  async run({ plugin, kind, id }) {
    const root = plugin.root as string;
    const found = children.get(root) ?? loadedBy(root);
    children.set(root, found);
    const mine = (await found).filter(
      ({ when }) => !when.startsWith('creating') || when === `creating ${kind} "${id}"`,
    );
    const [first] = mine;
    ensure(
      first === undefined,
      `${first?.when} loads ${mine.length} files of a tensor library, first ${first?.url.split(/[\\/]node_modules[\\/]|[\\/]packages[\\/]/).at(-1)}`,
      'import types only (`import type`), and take ops from ctx.tf',
    );
  },
});
