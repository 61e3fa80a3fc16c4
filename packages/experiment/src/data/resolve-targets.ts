/** @file What `targets: { head: <name> }` means: the cohort's own set of that name, else the target-set component of that id. */
import { closest, DualbeatError } from '@dualbeat/core';
import type { Host, HostArray, HostMasked, Named, TargetSet, TargetSpec } from '@dualbeat/core';

export type ResolvedTargets = {
  readonly spec: TargetSpec;
  /** Targets of the cohort that must be read for it. */
  readonly reads: readonly string[];
  /** null: the cohort's own set, as it is read. */
  readonly columns: TargetSet['columns'] | null;
};

/**
 * Resolves the target sets of a stage by head; `where` is the stage's path. Shapes only: nothing is read.
 * Errors: E_TARGETS_UNKNOWN, E_TARGETS_COLUMNS, and those of the component.
 */
export async function resolveTargets(
  host: Pick<Host, 'catalogue' | 'create'>,
  targets: Named<TargetSpec>,
  sets: Named<string>,
  where = 'targets',
): Promise<Named<ResolvedTargets>> {
  const resolved: { [head: string]: ResolvedTargets } = {};
  for (const [head, set] of Object.entries(sets))
    resolved[head] = await resolveSet(host, targets, set, `${where}.${head}`);
  return resolved;
}

async function resolveSet(
  host: Pick<Host, 'catalogue' | 'create'>,
  targets: Named<TargetSpec>,
  set: string,
  where: string,
): Promise<ResolvedTargets> {
  if (Object.hasOwn(targets, set))
    return { spec: targets[set] as TargetSpec, reads: [set], columns: null };
  const components = host.catalogue().filter(({ kind }) => kind === 'target-set');
  if (!components.some(({ id }) => id === set))
    throw targetsUnknown(
      where,
      set,
      targets,
      components.map(({ id }) => id),
    );
  const { spec, columns } = await host.create('target-set', { use: set }, { targets }, where);
  checkColumns(where, set, spec, columns, targets);
  return { spec, reads: [...new Set(columns.map(({ target }) => target))], columns };
}

/** The rows of a resolved set, from what `reads` gave: values [rows, K], present [rows, K] where columns were chosen. */
export function takeTargets(
  { spec, reads, columns }: ResolvedTargets,
  read: Named<HostMasked>,
): HostMasked {
  if (columns === null) return read[reads[0] as string] as HostMasked;
  const count = columns.length;
  const sources = columns.map(({ target, column }) => ({ of: read[target] as HostMasked, column }));
  const rows = sources[0]?.of.values.shape[0] ?? 0;
  const data =
    spec.dtype === 'float32' ? new Float32Array(rows * count) : new Int32Array(rows * count);
  const present = new Uint8Array(rows * count);
  for (const [k, { of, column }] of sources.entries()) {
    const width = of.values.data.length / Math.max(rows, 1);
    // one flag a row, or one a column
    const flags = of.present.data.length / Math.max(rows, 1);
    for (let row = 0; row < rows; row++) {
      const there = of.present.data[row * flags + (flags === 1 ? 0 : column)] === 1;
      if (!there) continue;
      present[row * count + k] = 1;
      data[row * count + k] = of.values.data[row * width + column] as number;
    }
  }
  const of = (values: HostArray['data']): HostArray => ({ shape: [rows, count], data: values });
  return { values: of(data), present: of(present) };
}

function checkColumns(
  where: string,
  set: string,
  { names, shape }: TargetSpec,
  columns: TargetSet['columns'],
  targets: Named<TargetSpec>,
): void {
  const wrong = (cause: string): DualbeatError =>
    new DualbeatError({
      code: 'E_TARGETS_COLUMNS',
      where,
      cause: `the target set "${set}" ${cause}.`,
      fix: 'correct create() of the component.',
    });
  if (shape.join() !== `${columns.length}` || names.length !== columns.length)
    throw wrong(
      `declares ${names.length} names and shape [${shape.join(', ')}] for ${columns.length} columns`,
    );
  for (const [i, { target, column }] of columns.entries()) {
    const width = targets[target]?.shape.reduce((a, b) => a * b, 1);
    if (width === undefined || !(column >= 0 && column < width))
      throw wrong(
        `takes "${names[i]}" from column ${column} of "${target}", ${width === undefined ? 'which the cohort does not have' : `which has ${width}`}`,
      );
  }
}

function targetsUnknown(
  where: string,
  set: string,
  targets: Named<TargetSpec>,
  components: readonly string[],
): DualbeatError {
  const own = Object.entries(targets).map(([name, { shape }]) => `${name} [${shape.join(', ')}]`);
  const near = closest(set, [...Object.keys(targets), ...components]);
  return new DualbeatError({
    code: 'E_TARGETS_UNKNOWN',
    where,
    cause: `there is no target set '${set}'; the cohort has: ${own.join(', ') || 'none'}; the plugins have: ${components.join(', ') || 'none'}.`,
    fix:
      near === undefined
        ? "use one of these, or add the plugin that offers it to 'plugins'."
        : `did you mean '${near}'?`,
  });
}
