/** @file The id of a stage: a hash of all that it reads, so that equal work is done once. */
import { createHash } from 'node:crypto';
import { at } from '../at.ts';
import type { Kind } from '../contracts/component.ts';
import type { Named } from '../contracts/tensor.ts';
import { kinds } from '../host/kinds.ts';
import type { Host } from '../host/types.ts';
import { canonicalJson } from './canonical-json.ts';
import { experimentSchema } from './schema.ts';
import { childSchema, keyword, type Schema } from './schema-walk.ts';
import { stageEncoders } from './stage-encoders.ts';
import type { ResolvedExperiment } from './types.ts';

/** First 12 hex digits of SHA-256 over the canonical JSON of `parts`. Throws a TypeError for what JSON cannot say. */
export function stageId(parts: unknown): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 12);
}

/** `value` without what its schema marks `x-identity: false`; options are followed into the schemas of their components. */
function identity(
  schema: Schema | undefined,
  value: unknown,
  host: Pick<Host, 'component'>,
): unknown {
  if (Array.isArray(value))
    return value.map((item) =>
      identity(keyword(schema, 'items') as Schema | undefined, item, host),
    );
  if (typeof value !== 'object' || value === null) return value;
  const kind = kinds.find((name) => name === keyword(schema, 'x-use'));
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const use = (value as { use?: unknown }).use;
    const child =
      kind !== undefined && key === 'options' && typeof use === 'string'
        ? optionSchema(host, kind, use)
        : childSchema(schema, key);
    return keyword(child, 'x-identity') === false
      ? []
      : [[key, identity(child, item, host)] as const];
  });
  return Object.fromEntries(entries);
}

function optionSchema(host: Pick<Host, 'component'>, kind: Kind, id: string): Schema {
  return host.component(kind, id).options;
}

/**
 * What of the experiment file counts for a stage: seed, runtime, cohort, the stage, and the views and encoders that it
 * uses (`views`; absent: all). The caller adds the data digest, the ids of the stages it starts from and the digests of the code:
 * @example stageId({ ...stageIdentity(resolved, host, 'mae', ['ecg']), data: cohort.digest, from: {}, code: [...] })
 */
export function stageIdentity(
  resolved: ResolvedExperiment,
  host: Pick<Host, 'component'>,
  stage: string,
  views: readonly string[] = Object.keys(resolved.views),
): Named<unknown> {
  const { seed, runtime, cohort } = resolved;
  const { needs: _order, encoders: _merged, ...own } = at(resolved.stages, stage, 'stage');
  const encoders = stageEncoders(resolved, stage);
  const only = <T>(named: Named<T>): Named<T> =>
    Object.fromEntries(Object.entries(named).filter(([name]) => views.includes(name)));
  const read = {
    seed,
    runtime,
    cohort,
    views: only(resolved.views),
    encoders: only(encoders),
    stages: { [stage]: own },
  };
  const { stages, ...rest } = identity(experimentSchema, read, host) as {
    readonly stages: Named<unknown>;
  };
  return { ...rest, stage: stages[stage] };
}
