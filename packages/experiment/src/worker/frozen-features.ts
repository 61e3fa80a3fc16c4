/** @file Features of encoders that are frozen whole and see no augmentation: computed once per record, kept by what they depend on. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { at, canonicalJson, keyOf } from '@dualbeat/core';
import type { HostArray, Named, Split } from '@dualbeat/core';
import { openLoader } from '@dualbeat/data';
import {
  initialise,
  makeFrozenStep,
  pooledViews,
  sliceRows,
  stageVariables,
  uploadBatch,
} from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';
import { dataSourceModule } from '../data/data-source.ts';
import type { DataSourceInit } from '../data/data-source.ts';
import { findFeatures, writeFeatures } from '../data/feature-file.ts';
import type { FeatureFile } from '../data/feature-file.ts';
import type { OpenView } from '../data/open-data.ts';
import type { Inherited } from './initial-values.ts';
import type { StageContext } from './run-stage.ts';

type Of = {
  readonly used: Named<OpenView>;
  readonly fitted: Named<readonly unknown[]>;
  readonly inherited: Inherited;
  /** What a loader of the stage reads, without features. */
  readonly init: DataSourceInit;
};

/** By view; none where `freeze.cache` is off or nothing is frozen for good; null where a stop came first. */
export async function frozenFeatures(
  context: StageContext,
  built: BuiltStage,
  of: Of,
): Promise<Named<FeatureFile> | null> {
  const views = cacheable(context, built, of.used);
  if (views.length === 0) return {};
  const rows = await allRows(context);
  const folder = join(context.job.runsRoot, context.job.spec.resolved.name, 'features');
  mkdirSync(folder, { recursive: true });
  const weights = weightsOf(context, built, of.inherited);
  const found: { [view: string]: FeatureFile } = {};
  for (const view of views) {
    const key = keyOfView(context, built, of, view, weights, rows);
    const stored =
      findFeatures(folder, key, rows) ??
      (await compute(context, built, of, { view, key, folder, rows, weights }));
    if (stored === null) return null;
    found[view] = stored;
  }
  return found;
}

/** Views whose encoder never trains, runs in eval mode, sees no augmentation and is read through pooled features alone. */
function cacheable(
  { job, stage, runtime }: StageContext,
  built: BuiltStage,
  used: Named<OpenView>,
): readonly string[] {
  const { freeze } = at(job.spec.resolved.stages, stage.name, 'stage');
  if (!freeze.cache || !freeze.statistics) return [];
  const candidates = Object.entries(built.modules.encoders).filter(([view, { params }]) => {
    const names = Object.keys(params).map((name) => `${prefixOf(built, view)}/${name}`);
    const still = names.length > 0 && names.every((name) => built.frozen.has(name));
    const open = used[view];
    const plain = open?.chain.every(({ transform }) => transform.when !== 'train') === true;
    return still && plain;
  });
  if (candidates.length === 0) return [];
  const specs = Object.fromEntries(Object.entries(used).map(([name, { spec }]) => [name, spec]));
  const pooled = pooledViews(runtime, built.modules, specs, built.targets);
  return candidates.map(([view]) => view).filter((view) => pooled.has(view));
}

function prefixOf(built: BuiltStage, view: string): string {
  return `encoders/${built.modules.sharedEncoders[view] ?? view}`;
}

/** Rows that the stage may read, ascending. */
async function allRows({ job, stage, cohort }: StageContext): Promise<Int32Array> {
  const { train, evaluate } = at(job.spec.resolved.stages, stage.name, 'stage');
  const splits = new Set<Split>([
    'train',
    'val',
    ...evaluate.splits,
    ...(train.evaluate?.splits ?? []),
  ]);
  const rows = await Promise.all([...splits].map((split) => cohort.rows(split)));
  return Int32Array.from(new Set(rows.flatMap((some) => [...some]))).sort();
}

/** Parameters and state of all modules as the stage starts with them. */
function weightsOf(
  { job }: StageContext,
  built: BuiltStage,
  { values }: Inherited,
): { readonly params: Named<HostArray>; readonly state: Named<HostArray> } {
  const { params, state } = stageVariables(built.modules);
  const { seed } = job.spec.resolved;
  const own = (specs: typeof params): Named<HostArray> => {
    const inEncoders = Object.entries(specs).filter(([name]) => name.startsWith('encoders/'));
    const fresh = initialise(Object.fromEntries(inEncoders), seed);
    return Object.fromEntries(
      Object.entries(fresh).map(([name, array]) => [name, values[name] ?? array]),
    );
  };
  return { params: own(params), state: own(state) };
}

/** SHA-256 of all that the features are a function of. */
function keyOfView(
  { cohort, host, runtime }: StageContext,
  built: BuiltStage,
  { used, fitted }: Of,
  view: string,
  weights: ReturnType<typeof weightsOf>,
  rows: Int32Array,
): string {
  const prefix = `${prefixOf(built, view)}/`;
  const hash = createHash('sha256');
  for (const named of [weights.params, weights.state]) {
    for (const [name, { shape, data }] of Object.entries(named).sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      if (!name.startsWith(prefix)) continue;
      hash.update(`${name.slice(prefix.length)} ${shape.join()}\n`);
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  const { from, source, spec, chain } = at(used, view, 'view');
  hash.update(
    canonicalJson({
      component: built.components[prefixOf(built, view)] ?? null,
      view: {
        from,
        source,
        spec,
        transforms: chain.map(({ name }) => name),
        fitted: fitted[view] ?? null,
      },
      data: cohort.digest,
      rows: createHash('sha256').update(rows).digest('hex'),
      code: host.sources().map(({ name, digest }) => [name, digest]),
      runtime: runtime.name,
    }),
  );
  return hash.digest('hex').slice(0, 32);
}

async function compute(
  { job, stage, runtime, hooks }: StageContext,
  built: BuiltStage,
  of: Of,
  what: {
    readonly view: string;
    readonly key: string;
    readonly folder: string;
    readonly rows: Int32Array;
    readonly weights: ReturnType<typeof weightsOf>;
  },
): Promise<FeatureFile | null> {
  const { view, rows } = what;
  const { train } = at(job.spec.resolved.stages, stage.name, 'stage');
  const batchSize = train.microBatch ?? train.batchSize;
  const init: DataSourceInit = { ...of.init, views: [view], targets: {} };
  const loader = await openLoader({
    source: { module: dataSourceModule, init },
    workers: Math.max(train.workers, 1),
    prefetch: train.prefetch,
  });
  const upload = (named: Named<HostArray>) =>
    Object.fromEntries(Object.entries(named).map(([n, a]) => [n, runtime.tensor(a, 'float32')]));
  const { seed } = job.spec.resolved;
  const vars = { params: upload(what.weights.params), state: upload(what.weights.state) };
  const at_ = {
    key: runtime.tensor({ shape: [2], data: Int32Array.from(keyOf(seed)) }, 'int32'),
    zero: runtime.tensor({ shape: [], data: Int32Array.of(0) }, 'int32'),
  };
  const step = runtime.compile('frozen-features', makeFrozenStep(runtime, built.modules, [view]));
  const writer = writeFeatures(what.folder, what.key, rows, at(built.modules.encoders, view).width);
  try {
    const plan = {
      seed,
      epoch: 0,
      mode: 'eval',
      order: rows,
      batchSize,
      dropRemainder: false,
    } as const;
    let done = 0;
    for await (const loaded of loader.batches(plan)) {
      const real = loaded.rows.filter((row) => row >= 0).length;
      const batch = uploadBatch(runtime, loaded);
      const result = step(vars, batch, at_);
      const features = runtime.read(at(result, view)) as Float32Array;
      runtime.dispose({ ...batch, result });
      const { present } = at(sliceRows(loaded, 0, real).views, view);
      const { width } = at(built.modules.encoders, view);
      writer.add(features.slice(0, real * width), present.data as Uint8Array);
      done += real;
      hooks.moved();
      if (hooks.stop.requested) break;
    }
    if (done === rows.length) return await writer.close();
  } catch (error) {
    writer.drop();
    throw error;
  } finally {
    runtime.dispose({ ...vars, ...at_ });
    await loader.close();
  }
  writer.drop();
  return null;
}
