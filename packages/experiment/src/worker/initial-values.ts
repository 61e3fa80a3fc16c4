/** @file What a stage takes over from earlier ones: parameters, and whom those were fitted on. */
import { createHash } from 'node:crypto';
import { at } from '@dualbeat/core';
import type { HostArray, Named } from '@dualbeat/core';
import { stageFolderAt } from '@dualbeat/runs';
import { openCheckpointStore, stageVariables } from '@dualbeat/training';
import type { Ancestor } from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';
import { initUnmatched } from '../errors.ts';
import { initNames } from '../wiring/init-names.ts';
import type { StageContext } from './run-stage.ts';
import { watchOf } from './train-options.ts';

export type Inherited = {
  /** Parameters and state by full name. */
  readonly values: Named<HostArray>;
  /** The stages that they came from, oldest first, each once. */
  readonly lineage: readonly Ancestor[];
  /** Subjects that those were fitted on, sorted, by cohort digest. */
  readonly subjects: Named<Int32Array>;
};

/** By the prefixes of `init`. Errors: E_INIT_PREFIX, E_CHECKPOINT_.... */
export function inherit({ job, stage }: StageContext, built: BuiltStage): Inherited {
  const { resolved } = job.spec;
  const { init } = at(resolved.stages, stage.name, 'stage');
  const { params, state } = stageVariables(built.modules);
  const own = [...Object.keys(params), ...Object.keys(state)];
  const values: { [name: string]: HostArray } = {};
  const lineage = new Map<string, Ancestor>();
  let subjects: Named<Int32Array> = {};
  for (const [prefix, source] of Object.entries(init)) {
    const id = at(job.ids, source.from, 'stage');
    const name = { root: job.runsRoot, experiment: resolved.name, stage: source.from, id };
    const { mode } = watchOf(resolved, source.from);
    const folder = stageFolderAt(name).checkpoints;
    const store = openCheckpointStore({ folder, keepBest: 1, mode });
    const found = source.checkpoint === 'best' ? store.best() : store.last({ optimizer: false });
    if (found === null) throw initUnmatched(stage.name, prefix, source.from);
    const { checkpoint } = found;
    const tensors = { ...checkpoint.params, ...checkpoint.state };
    const taken = initNames(prefix, own, Object.keys(tensors));
    if (taken.length === 0) throw initUnmatched(stage.name, prefix, source.from);
    for (const one of taken) values[one] = at(tensors, one);
    for (const one of checkpoint.about.lineage ?? []) {
      const self = one.stageId === checkpoint.about.stageId;
      lineage.set(one.stageId, self ? { ...one, checkpoint: found.name } : one);
    }
    subjects = union(subjects, checkpoint.subjects);
  }
  return { values, lineage: [...lineage.values()], subjects };
}

/** With what this stage itself is fitted on: the subjects of `rows`. */
export function withOwn(
  { stage, cohort }: Pick<StageContext, 'stage' | 'cohort'>,
  inherited: Inherited,
  rows: Int32Array,
): Pick<Inherited, 'lineage' | 'subjects'> {
  const own = Int32Array.from(new Set(cohort.subjects(rows))).sort();
  const ancestor: Ancestor = {
    stage: stage.name,
    stageId: stage.id,
    cohort: cohort.digest,
    subjects: own.length,
    digest: createHash('sha256').update(own.join()).digest('hex'),
  };
  return {
    lineage: [...inherited.lineage, ancestor],
    subjects: union(inherited.subjects, own.length === 0 ? {} : { [cohort.digest]: own }),
  };
}

function union(a: Named<Int32Array>, b: Named<Int32Array>): Named<Int32Array> {
  const digests = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...digests].map((digest) => [
      digest,
      Int32Array.from(new Set([...(a[digest] ?? []), ...(b[digest] ?? [])])).sort(),
    ]),
  );
}
