/** @file `dualbeat explain`: the resolved experiment with origins, wiring, parameters and memory. Loads no tensor library. */
import { loadExperiment } from '@dualbeat/core';
import { alwaysPlugins, explainPlan, planRun } from '@dualbeat/experiment';
import type { RunPlan } from '@dualbeat/experiment';
import { printOrigins } from '../explain/print-origins.ts';
import { printPlan } from '../explain/print-plan.ts';
import { trialOf } from '../explain/trial-of.ts';
import { sayJson } from '../say.ts';

export type ExplainFlags = {
  readonly set: readonly string[];
  readonly trial?: string;
  readonly json?: boolean;
};

/** Errors: E_TRIAL and those of loading and planning an experiment. */
export async function explain(file: string, flags: ExplainFlags): Promise<number> {
  const point = trialOf(flags.trial);
  const loaded = await loadExperiment({ file, set: flags.set, always: alwaysPlugins, ...point });
  try {
    // Values and where they come from help most where the plan cannot be made.
    if (flags.json !== true) printOrigins(loaded);
    const plan = await planRun(loaded);
    const explained = explainPlan(plan);
    if (flags.json === true) {
      const { resolved, origins, variant } = loaded;
      sayJson({ ...explained, variant, views: viewsOf(plan), resolved, origins });
    } else printPlan(plan, explained);
    return 0;
  } finally {
    loaded.host.close();
  }
}

function viewsOf(plan: RunPlan): object {
  const entries = Object.entries(plan.views).map(([name, { from, chain, spec }]) => {
    const transforms = chain.map((link) => link.name);
    return [name, { from, transforms, ...spec }];
  });
  return Object.fromEntries(entries) as object;
}
