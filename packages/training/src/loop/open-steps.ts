/** @file The compiled functions of a training step and their order: one graph, or several where a step has slices. */
import type { Batch, Named, Runtime, Tensor, TrainState } from '@dualbeat/core';
import { makeCachedFeatures, sliceName } from '../cached-features.ts';
import type { Slices } from '../cached-features.ts';
import { sliceRows, uploadBatch } from '../host-batch.ts';
import type { HostRows } from '../host-batch.ts';
import { mapNamed } from '../named.ts';
import { makeEvalStep, makeSlicedEval } from '../eval-step.ts';
import type { EncodedSlice, Evaluated } from '../eval-step.ts';
import { makeGradients, makeTrainStep, makeUpdate } from '../train-step.ts';
import type { Gradients, Vars } from '../train-step.ts';
import type { StageModules } from '../stage-modules.ts';
import type { StepInputs } from '../step-context.ts';
import type { StepRule } from '../step-rule.ts';

export type Slicing = {
  /** Rows of a batch; a step has `accumulate` of them. */
  readonly batchSize: number;
  /** Rows that are encoded at once; absent: all. */
  readonly microBatch?: number | undefined;
  readonly microBatchNorm?: 'refuse' | 'allow' | undefined;
};
type StepAt = { readonly key: Tensor; readonly learningRate: Tensor; readonly progress: Tensor };
/** Consumes `train`; the results are the caller's. */
export type Step = (
  train: TrainState,
  rows: HostRows,
  at: StepAt,
) => { readonly train: TrainState; readonly report: Named };
type Part = { readonly rows: HostRows; readonly firstRow: number };

export function openSteps(
  runtime: Runtime,
  modules: StageModules,
  rule: StepRule,
  slicing?: Slicing,
): Step {
  const { batchSize = Infinity, microBatch = Infinity } = slicing ?? {};
  if ((rule.accumulate ?? 1) === 1 && microBatch >= batchSize)
    return wholeStep(runtime, modules, rule);
  return slicedStep(runtime, modules, rule, slicing as Slicing);
}

/** Forward, backward and update in one graph. */
function wholeStep(runtime: Runtime, modules: StageModules, rule: StepRule): Step {
  const step = runtime.compile('train-step', makeTrainStep(runtime, modules, rule), {
    donate: [0],
  });
  return (train, rows, at) => {
    const batch = uploadBatch(runtime, rows);
    const result = step(train, batch, at);
    runtime.dispose({ ...batch });
    return result;
  };
}

/** Gradients batch by batch, added up in place, then the update. Row i draws the same random numbers as in one large batch. */
function slicedStep(
  runtime: Runtime,
  modules: StageModules,
  rule: StepRule,
  slicing: Slicing,
): Step {
  const { batchSize } = slicing;
  const gradients = openGradients(runtime, modules, rule, slicing);
  const { tf } = runtime;
  const plus = (a: Named, b: Named): Named =>
    mapNamed(a, (value, name) => tf.add(value, b[name] as Tensor));
  type Sums = { readonly grads: Named; readonly report: Named };
  const add = runtime.compile(
    'add-gradients',
    (sum: Sums, more: Sums): Sums => ({
      grads: plus(sum.grads, more.grads),
      report: plus(sum.report, more.report),
    }),
    { donate: [0] },
  );
  const update = runtime.compile('update', makeUpdate(runtime, modules, rule), { donate: [0] });

  return (train, rows, at) => {
    const state = ownState(runtime, train.state);
    let sums: Sums | null = null;
    const count = rows.subject.length;
    for (let firstRow = 0; firstRow < count; firstRow += batchSize) {
      const part = { rows: sliceRows(rows, firstRow, firstRow + batchSize), firstRow };
      const { grads, report, state: changed } = gradients(train, state.now(), part, at);
      state.change(changed);
      if (sums === null) sums = { grads, report };
      else {
        sums = add(sums, { grads, report });
        runtime.dispose({ grads, report });
      }
    }
    const { grads, report } = sums as Sums;
    const found = { grads, report, state: state.changed() };
    const result = update(train, found, { learningRate: at.learningRate });
    runtime.dispose(found);
    return result;
  };
}

/** The gradients of one batch, whole or in slices. The results are the caller's. */
export function openGradients(
  runtime: Runtime,
  modules: StageModules,
  rule: StepRule,
  slicing: Slicing,
): PartGradients {
  const { batchSize, microBatch } = slicing;
  return microBatch === undefined || microBatch >= batchSize
    ? wholeGradients(runtime, modules, rule)
    : slicedGradients(runtime, modules, rule, { ...slicing, microBatch });
}

export type PartGradients = (train: TrainState, state: Named, part: Part, at: StepAt) => Gradients;

function wholeGradients(runtime: Runtime, modules: StageModules, rule: StepRule): PartGradients {
  const gradients = runtime.compile('gradients', makeGradients(runtime, modules, rule));
  return ({ params, step }, state, { rows, firstRow }, { key, progress }) => {
    const batch = uploadBatch(runtime, rows);
    const first = int(runtime, firstRow);
    const found = gradients({ params, state }, batch, { key, step, firstRow: first, progress });
    runtime.dispose({ ...batch, first });
    return found;
  };
}

function slicedGradients(
  runtime: Runtime,
  modules: StageModules,
  rule: StepRule,
  slicing: Slicing & { readonly microBatch: number },
): PartGradients {
  const cached = makeCachedFeatures(runtime, modules, {
    ...rule,
    batchStatistics: slicing.microBatchNorm,
  });
  const encode = runtime.compile('encode-slice', cached.encode);
  const objective = runtime.compile('objective', cached.objective);
  const backward = runtime.compile('backward-slice', cached.backward, { donate: [0] });

  return ({ params, step }, before, { rows, firstRow }, { key, progress }) => {
    const starts: number[] = [];
    for (let row = 0; row < rows.subject.length; row += slicing.microBatch) starts.push(row);
    const withSlice = <R>(row: number, fn: (slice: Batch, at: StepInputs) => R): R => {
      const slice = uploadBatch(runtime, sliceRows(rows, row, row + slicing.microBatch));
      const first = int(runtime, firstRow + row);
      const result = fn(slice, { key, step, firstRow: first, progress });
      runtime.dispose({ ...slice, first });
      return result;
    };

    const state = ownState(runtime, before);
    const seen: Named[] = []; // what each slice saw, for its second pass
    const slices: { [name: string]: Named } = {};
    for (const [i, row] of starts.entries()) {
      seen.push(state.now());
      const found = withSlice(row, (slice, at) =>
        encode({ params, state: state.now() }, slice, at),
      );
      slices[sliceName(i)] = found.features;
      state.change(found.state, 'keep the old ones');
    }
    const batch = uploadBatch(runtime, rows);
    const first = int(runtime, firstRow);
    const whole = { key, step, firstRow: first, progress };
    const { cotangents, ...found } = objective(
      { params, state: state.now() },
      slices,
      batch,
      whole,
    );
    runtime.dispose({ ...batch, first, slices: slices as Slices });
    state.change(found.state, 'keep the old ones');

    let { grads } = found;
    for (const [i, row] of starts.entries()) {
      const own = cotangents[sliceName(i)] as Named;
      if (Object.keys(own).length === 0) break; // nothing but integers: no gradient reaches the encoders
      const vars = { params, state: seen[i] as Named };
      grads = withSlice(row, (slice, at) => backward(grads, vars, slice, own, at)).grads;
    }
    runtime.dispose(cotangents);
    return { grads, report: found.report, state: state.changed() };
  };
}

/** Evaluation of one batch; the results are the caller's. */
export type Evaluate = (
  vars: Vars,
  rows: HostRows,
  at: { readonly key: Tensor; readonly firstRow: number; readonly progress: Tensor },
) => Evaluated;

/** Whole batches at once, or encoded in slices of `microBatch` rows. */
export function openEvaluate(
  runtime: Runtime,
  modules: StageModules,
  rule: Pick<StepRule, 'stage' | 'features'>,
  microBatch: number = Infinity,
): Evaluate {
  const whole = runtime.compile('eval-step', makeEvalStep(runtime, modules, rule));
  const sliced = makeSlicedEval(runtime, modules, rule);
  const encode = runtime.compile('encode-eval-slice', sliced.encode);
  const objective = runtime.compile('eval-objective', sliced.objective);
  const withBatch = <R>(
    rows: HostRows,
    row: number,
    fn: (batch: Batch, firstRow: Tensor) => R,
  ): R => {
    const batch = uploadBatch(runtime, rows);
    const first = int(runtime, row);
    const result = fn(batch, first);
    runtime.dispose({ ...batch, first });
    return result;
  };
  return (vars, rows, { key, firstRow, progress }) => {
    const count = rows.subject.length;
    if (count <= microBatch) {
      return withBatch(rows, firstRow, (batch, first) =>
        whole(vars, batch, { key, progress, firstRow: first }),
      );
    }
    const slices: { [name: string]: EncodedSlice } = {};
    for (let row = 0; row < count; row += microBatch) {
      slices[sliceName(row / microBatch)] = withBatch(
        sliceRows(rows, row, row + microBatch),
        firstRow + row,
        (slice, first) => encode(vars, slice, { key, progress, firstRow: first }),
      );
    }
    const result = withBatch(rows, firstRow, (batch, first) =>
      objective(vars, slices, batch, { key, progress, firstRow: first }),
    );
    runtime.dispose(slices);
    return result;
  };
}

/** State entries over the course of a step: which are the latest, and which ones must be freed. */
function ownState(runtime: Runtime, before: Named) {
  let changed: Named = {};
  const replaced: Tensor[] = [];
  return {
    now: (): Named => ({ ...before, ...changed }),
    /** Takes over newer entries; those that they replace are freed now, or by `changed`. */
    change(newer: Named, old: 'free' | 'keep the old ones' = 'free'): void {
      const gone = Object.keys(newer).flatMap((name) => changed[name] ?? []);
      changed = { ...changed, ...newer };
      if (old === 'free') for (const tensor of gone) runtime.dispose(tensor);
      else replaced.push(...gone);
    },
    /** The changed entries, the caller's from now on. */
    changed(): Named {
      for (const tensor of replaced.splice(0)) runtime.dispose(tensor);
      return changed;
    },
  };
}

function int(runtime: Runtime, value: number): Tensor {
  return runtime.tensor({ shape: [], data: Int32Array.of(value) }, 'int32');
}
