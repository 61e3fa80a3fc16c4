/** @file Every component that an experiment uses, and the check of its options against its own plugin's schema. */
import type { Kind } from '../contracts/component.ts';
import { unknownComponent } from '../host/errors.ts';
import { kinds } from '../host/kinds.ts';
import { schemaProblems } from '../host/schema-problems.ts';
import type { Host } from '../host/types.ts';
import type { Problem } from './errors.ts';
import { isMap, joined, type Places, placeOf } from './places.ts';
import { experimentSchema } from './schema.ts';
import { childSchema, keyword, type Schema } from './schema-walk.ts';
import type { ResolvedExperiment, Use } from './types.ts';

type FoundUse = {
  readonly kind: Kind;
  readonly use: Use;
  readonly path: readonly string[];
  /** Ids that need no component. */
  readonly own: readonly string[];
};

/** All components named in `value`, in the order of the file. */
function usesIn(
  schema: Schema | undefined,
  value: unknown,
  path: readonly string[] = [],
): FoundUse[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      usesIn(keyword(schema, 'items') as Schema | undefined, item, [...path, String(index)]),
    );
  if (!isMap(value)) return [];
  const kind = kinds.find((name) => name === keyword(schema, 'x-use'));
  const own = (keyword(schema, 'x-own') as readonly string[] | undefined) ?? [];
  const found =
    kind !== undefined && 'use' in value ? [{ kind, use: value as unknown as Use, path, own }] : [];
  return [
    ...found,
    ...Object.entries(value).flatMap(([key, item]) =>
      usesIn(childSchema(schema, key), item, [...path, key]),
    ),
  ];
}

/** Checks all options and fills their defaults, in place. */
export function componentProblems(
  resolved: ResolvedExperiment,
  host: Host,
  places: Places,
): Problem[] {
  const catalogue = host.catalogue();
  const problems = usesIn(experimentSchema, resolved).flatMap(({ kind, use, path, own }) => {
    if (own.includes(use.use)) return [];
    if (!catalogue.some((entry) => entry.kind === kind && entry.id === use.use))
      return [
        {
          code: 'E_COMPONENT_UNKNOWN',
          path,
          place: placeOf(places, [...path, 'use']),
          ...unknownComponent(kind, use.use, [...catalogue, ...own.map((id) => ({ kind, id }))]),
        },
      ];
    const { options } = host.component(kind, use.use);
    return schemaProblems(options, use.options).map(({ code, path: below, ...said }) => {
      const at = [...path, 'options', ...below];
      return { ...said, code: `E_EXPERIMENT_${code}`, path: at, place: placeOf(places, at) };
    });
  });
  // a stage's encoder holds the options of the experiment's: what is wrong there is said once, there
  const said = new Set(problems.map(({ path, cause }) => `${joined(path)} ${cause}`));
  return problems.filter(
    ({ path, cause }) => path[2] !== 'encoders' || !said.has(`${joined(path.slice(2))} ${cause}`),
  );
}
