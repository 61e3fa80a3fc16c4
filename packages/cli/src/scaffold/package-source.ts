/**
 * @file Where generated folders take the packages from. Until there is a release on npm these are the tarballs of
 * `npm run pack`: found where the repository packs to, or where this command was installed from.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageUnpacked, packagesMissing } from './errors.ts';

type Index = {
  readonly [name: string]: {
    readonly file: string;
    readonly version: string;
    readonly needs: readonly string[];
  };
};

/** The folder of this package. */
const cli = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The folder of tarballs. Error: E_PACKAGES_MISSING. */
export function packageFolder(told: string | undefined): string {
  const tried = told === undefined ? [inRepository(), installedFrom()] : [resolve(told)];
  const candidates = tried.filter((folder) => folder !== undefined);
  const found = candidates.find((folder) => existsSync(join(folder, 'index.json')));
  if (found === undefined) throw packagesMissing(candidates);
  return found;
}

/** `packed` of the repository that this command runs in. */
function inRepository(): string | undefined {
  const root = dirname(dirname(cli));
  return existsSync(join(root, 'tsconfig.base.json')) ? join(root, 'packed') : undefined;
}

/** What npm noted when it installed this command: 'file:../packed/dualbeat-cli-0.1.0.tgz', from the project's folder. */
function installedFrom(): string | undefined {
  const modules = dirname(dirname(cli));
  try {
    const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      packages: { [path: string]: { resolved?: string } };
    };
    const from = lock.packages['node_modules/@dualbeat/cli']?.resolved;
    if (from?.startsWith('file:') !== true) return undefined;
    return dirname(resolve(dirname(modules), from.slice('file:'.length)));
  } catch {
    return undefined;
  }
}

/**
 * `file:` dependencies, relative to `target`, of the packages and all that they need: a package among them that
 * another needs is then never looked for elsewhere. Error: E_PACKAGE_UNPACKED.
 */
export function fileDependencies(
  folder: string,
  names: readonly string[],
  target: string,
): { readonly [name: string]: string } {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index;
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    const entry = Object.hasOwn(index, name) ? index[name] : undefined;
    if (entry === undefined) throw packageUnpacked(name, folder);
    entry.needs.forEach(visit);
  };
  ['@dualbeat/cli', '@dualbeat/standard', ...names].forEach(visit);
  const path = relative(target, folder).replaceAll('\\', '/');
  return Object.fromEntries(
    [...wanted].sort().map((name) => [name, `file:${path}/${index[name]?.file}`]),
  );
}

/** Version of this package: all are released together. */
export function packagesVersion(): string {
  return (JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8')) as { version: string })
    .version;
}
