/** @file The stages that a result needs, in the order in which they run. */
import { at } from '../at.ts';
import { DualbeatError } from '../errors.ts';
import type { ResolvedExperiment, Stage } from './types.ts';

/** Stages that must be done before this one: those that it starts from and those that it names. */
export function stageNeeds(stage: Pick<Stage, 'init' | 'needs'>): string[] {
  return [...new Set([...Object.values(stage.init).map((source) => source.from), ...stage.needs])];
}

/**
 * `result` and all that it needs, each after what it needs; ties in the order of the file.
 * Errors: E_NAME_UNKNOWN, E_EXPERIMENT_CYCLE.
 */
export function stageOrder(
  resolved: Pick<ResolvedExperiment, 'stages' | 'result'>,
  result: string = resolved.result,
): string[] {
  const done = new Set<string>();
  const names = Object.keys(resolved.stages);
  const visit = (name: string, chain: readonly string[]): void => {
    if (chain.includes(name)) throw stageCycle([...chain.slice(chain.indexOf(name)), name]);
    if (done.has(name)) return;
    const needs = stageNeeds(at(resolved.stages, name, 'stage'));
    for (const need of needs.sort((a, b) => names.indexOf(a) - names.indexOf(b)))
      visit(need, [...chain, name]);
    done.add(name);
  };
  visit(result, []);
  return [...done];
}

function stageCycle(chain: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_EXPERIMENT_CYCLE',
    cause: `the stages need each other: ${chain.join(' -> ')}.`,
    fix: 'remove one of these from init: or needs:.',
  });
}
