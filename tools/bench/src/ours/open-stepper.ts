/** @file Our side: the compiled training step, called as training calls it. */
import { at } from '@dualbeat/core';
import type { Named, Runtime, VariableSpec } from '@dualbeat/core';
import { initialise, openSession, stageVariables } from '@dualbeat/training';
import type { CaseOptions } from '../case-options.ts';
import { buildCase, optimizerSettings } from './build-case.ts';
import { syntheticRows } from './synthetic-batch.ts';

export type Stepper = {
  /** One step; uploads the batch and reads the report, as training does. */
  step(): Named<number>;
  readonly parameters: number;
  close(): void;
};

/** A stage at its fresh start. The runtime stays the caller's. */
export async function openStepper(runtime: Runtime, options: CaseOptions): Promise<Stepper> {
  const built = await buildCase(options);
  const { modules, frozen, resolved } = built;
  const { seed } = resolved;
  const variables = stageVariables(modules);
  const fresh = (specs: Named<VariableSpec>) => initialise(specs, seed);
  const { clipNorm } = at(resolved.stages, built.stage, 'stage').train;
  const session = openSession({
    runtime,
    modules,
    frozen,
    clipNorm,
    seed,
    stage: built.stage,
    from: {
      params: fresh(variables.params),
      state: fresh(variables.state),
      optimizer: fresh(modules.optimizer.init(variables.params)),
    },
    step: 0,
  });
  const rows = syntheticRows(options.case, options.batch);
  const { learningRate } = optimizerSettings(built);
  return {
    parameters: Object.values(variables.params).reduce(
      (n, spec) => n + spec.shape.reduce((a, b) => a * b, 1),
      0,
    ),
    step() {
      return session.train(rows, { learningRate, progress: 0 });
    },
    close: () => session.close(),
  };
}
