/** @file Errors of the plugin host. */
import type { Kind } from '../contracts/component.ts';
import { closest } from '../closest.ts';
import { DualbeatError } from '../errors.ts';
import { limitVariable } from './limits.ts';
import type { SchemaProblem } from './schema-problems.ts';

export function pluginNotFound(specifier: string, fromFile: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_NOT_FOUND',
    where: fromFile,
    cause: specifier.startsWith('.')
      ? `the plugin folder "${specifier}" has no package.json.`
      : `the plugin "${specifier}" is not installed where this file can see it.`,
    fix: specifier.startsWith('.')
      ? 'correct the path; it is relative to the folder of the experiment file.'
      : `run "npm install ${specifier}" in the folder of the experiment file, or correct the name under 'plugins'.`,
  });
}
export function manifestUnreadable(file: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_MANIFEST',
    where: file,
    cause: `the file cannot be read as JSON (${error instanceof Error ? error.message : String(error)}).`,
    fix: 'repair the file, or install the plugin again.',
    error,
  });
}
export function manifestMissing(file: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_MANIFEST',
    where: file,
    cause: 'the package has no "dualbeat" key, so it is not a plugin.',
    fix: `name another package under 'plugins', or add { "dualbeat": { "range", "components" } } to its package.json.`,
  });
}
export function manifestInvalid(file: string, problems: readonly SchemaProblem[]): DualbeatError {
  const lines = problems.map(
    ({ path, cause, fix }) =>
      `dualbeat${path.map((part) => `.${part}`).join('')}: ${cause}; ${fix}`,
  );
  return new DualbeatError({
    code: 'E_PLUGIN_MANIFEST',
    where: file,
    cause: `the manifest is not valid: ${lines.join(' / ')}.`,
    fix: 'correct the "dualbeat" key of this file.',
  });
}
export function entryMissing(file: string, entry: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_ENTRY',
    where: file,
    cause: `the manifest's entry "${entry}" is not in the package's exports.`,
    fix: `add "${entry}" to "exports", or correct the entry.`,
  });
}
export function entryNotBuilt(file: string, entry: string, path: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_ENTRY',
    where: file,
    cause: `the entry "${entry}" means ${path}, which does not exist.`,
    fix: 'build the plugin, or correct "exports".',
  });
}
export function versionUnfit(plugin: string, range: string, core: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_VERSION',
    cause: `the plugin ${plugin} wants @dualbeat/core ${range}, and this is ${core}.`,
    fix: 'install the version of the plugin that is made for this core, or the core that it wants.',
  });
}
export function rangeUnreadable(plugin: string, range: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_MANIFEST',
    cause: `the range "${range}" of the plugin ${plugin} cannot be read.`,
    fix: 'write it as "^0.1.0", "~0.1.0", ">=0.1.0 <0.3.0" or "0.1.0".',
  });
}
export function importFailed(plugin: string, url: string, error: unknown): DualbeatError {
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(textOf(error))?.[1];
  return new DualbeatError({
    code: 'E_PLUGIN_IMPORT',
    where: url,
    cause: `the code of the plugin ${plugin} failed while it was loaded (${textOf(error)}).`,
    fix:
      missing === undefined
        ? 'build or repair the plugin; the text in brackets says what failed.'
        : `install what is missing in the folder of the plugin: it must find its own dependencies, @dualbeat/core and typebox among them ("npm install @dualbeat/core typebox" there, or in a folder above).`,
    error,
  });
}
/** One line: what was thrown, and for a syntax error where. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.replace(/\s*\n\s*/g, ' ');
  return error.name === 'Error' ? message : `${error.name}: ${message}`;
}
export function pluginHangs(
  plugin: string,
  doing: string,
  limitMs: number,
  where?: string,
): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_HANGS',
    ...(where === undefined ? {} : { where }),
    cause: `the plugin ${plugin} was ${doing} and did not come to an end within ${limitMs / 1000} s.`,
    fix: `repair the plugin; if it only needs longer, set ${limitVariable}=<seconds>.`,
  });
}
export function pluginExits(
  plugin: string,
  doing: string,
  code: unknown,
  where?: string,
): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_EXITS',
    ...(where === undefined ? {} : { where }),
    cause: `the plugin ${plugin} called process.exit(${String(code)}) while ${doing}.`,
    fix: 'let the plugin throw an error that says what is wrong.',
  });
}
export function componentMade(
  where: string,
  plugin: string,
  said: { readonly cause: string; readonly fix?: string },
): DualbeatError {
  return new DualbeatError({
    code: 'E_COMPONENT_MADE',
    where,
    cause: `the plugin ${plugin} ${said.cause}.`,
    fix: `${said.fix ?? 'correct create() of the plugin; its conformance suite shows this too'}.`,
  });
}
export function wiringWrong(
  where: string,
  said: { readonly cause: string; readonly fix: string },
): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_WIRING',
    where,
    cause: `${said.cause}.`,
    fix: /[.?!]$/.test(said.fix) ? said.fix : `${said.fix}.`,
  });
}
export function closeFailed(plugin: string, what: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_COMPONENT_CLOSE',
    where: what,
    cause: `the plugin ${plugin} failed to release it (${textOf(error)}).`,
    fix: 'repair close() of the plugin.',
    error,
  });
}
export function notAPlugin(plugin: string, url: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_EXPORT',
    where: url,
    cause: `the default export of the plugin ${plugin} was not made by definePlugin.`,
    fix: 'end the entry with "export default definePlugin([...])", from @dualbeat/core.',
  });
}
export function manifestDisagrees(
  plugin: string,
  onlyManifest: readonly string[],
  onlyCode: readonly string[],
): DualbeatError {
  const parts = [
    ...(onlyManifest.length > 0 ? [`only the manifest has ${onlyManifest.join(', ')}`] : []),
    ...(onlyCode.length > 0 ? [`only the code has ${onlyCode.join(', ')}`] : []),
  ];
  return new DualbeatError({
    code: 'E_PLUGIN_DISAGREES',
    cause: `manifest and code of the plugin ${plugin} do not agree: ${parts.join('; ')}.`,
    fix: 'list the same kinds and ids in package.json#dualbeat and in definePlugin([...]).',
  });
}
export function componentDuplicate(
  kind: Kind,
  id: string,
  first: string,
  second: string,
): DualbeatError {
  return new DualbeatError({
    code: 'E_COMPONENT_DUPLICATE',
    cause:
      first === second
        ? `the plugin ${first} registers the ${kind} "${id}" twice.`
        : `the plugins ${first} and ${second} both register the ${kind} "${id}".`,
    fix:
      first === second
        ? 'remove one of them.'
        : `take one of the two out of 'plugins', or rename its component to "scope/name".`,
  });
}
export function componentSchema(
  kind: Kind,
  id: string,
  plugin: string,
  error: unknown,
): DualbeatError {
  return new DualbeatError({
    code: 'E_COMPONENT_SCHEMA',
    cause: `the options schema of the ${kind} "${id}" (${plugin}) is not valid JSON Schema 2020-12 (${error instanceof Error ? error.message : String(error)}).`,
    fix: 'correct the schema in the plugin; Type.Tuple is a known cause.',
    error,
  });
}
/** Cause and fix for a name that no loaded plugin offers; also used for the messages of experiment files. */
export function unknownComponent(
  kind: Kind,
  id: string,
  catalogue: readonly { readonly kind: Kind; readonly id: string }[],
): { cause: string; fix: string } {
  const names = catalogue
    .filter((entry) => entry.kind === kind)
    .map((entry) => entry.id)
    .sort();
  const near = closest(id, names);
  const other = catalogue.find((entry) => entry.id === id);
  const note = other === undefined ? '' : ` ("${id}" is of kind ${other.kind})`;
  return {
    cause: `there is no ${kind} "${id}"${note}; there is: ${names.join(', ') || 'none'}`,
    fix: `${near === undefined ? '' : `did you mean '${near}'? If not, `}add the plugin that offers it to 'plugins'`,
  };
}
export function componentUnknown(
  where: string | undefined,
  unknown: { cause: string; fix: string },
): DualbeatError {
  return new DualbeatError({
    code: 'E_COMPONENT_UNKNOWN',
    ...(where === undefined ? {} : { where }),
    cause: `${unknown.cause}.`,
    fix: `${unknown.fix}.`,
  });
}
export function componentOptions(where: string, problems: readonly SchemaProblem[]): DualbeatError {
  const lines = problems
    .slice(0, 10)
    .map(({ path, cause, fix }) => `${[where, ...path].join('.')}: ${cause}; ${fix}`);
  return new DualbeatError({
    code: 'E_COMPONENT_OPTIONS',
    cause: `${lines.join(' / ')}.`,
    fix: 'correct the options.',
  });
}
export function componentFailed(where: string, plugin: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_COMPONENT_CREATE',
    where,
    cause: `the plugin ${plugin} failed to make it (${textOf(error)}).`,
    fix: 'check the options; if they are right, this is a fault of the plugin.',
    error,
  });
}
export function hostClosed(): DualbeatError {
  return new DualbeatError({
    code: 'E_HOST_CLOSED',
    cause: 'the plugin host was closed and then used.',
    fix: 'close it after the last component was made.',
  });
}
