/** @file An experiment file opened for one trial or for many: read once, plugins loaded once, all of it checked. */
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { openHost } from '../host/open-host.ts';
import type { Host } from '../host/types.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Checked, checkDocument, checkStructure } from './check-document.ts';
import { composed, variantNames } from './compose.ts';
import { experimentInvalid, pluginsFixed, type Problem } from './errors.ts';
import { readExtended } from './extends.ts';
import { originsOf } from './origins.ts';
import { type Doc, placeOf } from './places.ts';
import { pluginSources } from './plugin-sources.ts';
import { parseSet } from './set.ts';
import { sweepProblems } from './sweep-problems.ts';
import type {
  LoadedExperiment,
  OpenExperiment,
  OpenOptions,
  ResolvedExperiment,
  TrialPoint,
} from './types.ts';
import { variantProblems } from './variant-problems.ts';

/**
 * Opens an experiment: `extends`, `--set`, `${env:NAME}`, structure, references, plugins, options, every variant and axis;
 * defaults filled throughout. Everything is checked here, before any tensor library is loaded. The caller closes it.
 * Errors: E_EXPERIMENT_*, E_PLUGIN_*, E_COMPONENT_* (`isConfigurationError`); several are listed under E_EXPERIMENT_INVALID.
 * @example const opened = await openExperiment({ file: 'a.yaml', always: [] }); opened.trial({ variant: 'dual', seed: 1 });
 */
export async function openExperiment(options: OpenOptions): Promise<OpenExperiment> {
  const file = resolve(options.file);
  const env = options.env ?? process.env;
  const source = readExtended(file, env);
  const sets = (options.set ?? []).map(parseSet);
  const doc = composed(source, file, env, { sets });
  const { plugins } = must(file, checkStructure(doc));
  const host = await openHost(pluginSources(options.always, plugins, file, doc.places));
  try {
    const resolved = must(file, checkDocument(doc, host));
    const from = { source, file, env, sets, host };
    refuse(file, [...variantProblems(from), ...sweepProblems(from, resolved, doc.places)]);
    const trial = (point: TrialPoint): LoadedExperiment => {
      const own = (point.set ?? []).map(parseSet);
      const of = composed(source, file, env, { ...point, sets: [...sets, ...own] });
      const made = must(file, checkDocument(of, host));
      if (canonicalJson(made.plugins) !== canonicalJson(resolved.plugins)) throw pluginsFixed(file);
      return loaded(made, of, { file, host, variant: point.variant });
    };
    return {
      base: loaded(resolved, doc, { file, host, variant: undefined }),
      host,
      file,
      variants: variantNames(source),
      trial: (point = {}) => trial(point),
      close: () => host.close(),
    };
  } catch (error) {
    host.close();
    throw error;
  }
}

function refuse(file: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw experimentInvalid(file, problems);
}

function must(file: string, { resolved, problems }: Checked): ResolvedExperiment {
  if (resolved === null) throw experimentInvalid(file, problems);
  return resolved;
}

function loaded(
  resolved: ResolvedExperiment,
  { places }: Doc,
  of: { readonly file: string; readonly host: Host; readonly variant: string | undefined },
): LoadedExperiment {
  const { file, host, variant = null } = of;
  frozen(resolved);
  let origins: LoadedExperiment['origins'] | undefined;
  return {
    resolved,
    variant,
    host,
    file,
    get origins() {
      return (origins ??= originsOf(resolved, places, file));
    },
    yaml: () => stringify(resolved, { lineWidth: 0, aliasDuplicateObjects: false }),
    invalid: (faults) =>
      experimentInvalid(
        file,
        faults.map((fault) => ({ ...fault, place: placeOf(places, fault.path) })),
      ),
  };
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}
