/** @file Which parameters train: freezing by name patterns, and what the optimiser is told about each. */
import type { Named, VariableSpec } from '@dualbeat/core';
import { patternUnmatched } from './errors.ts';

/** Splits parameter names by the patterns ('encoders/ed/**'). Error: E_PATTERN for one that matches nothing. */
export function splitFrozen(
  params: Named<VariableSpec>,
  patterns: readonly string[],
): { readonly trainable: ReadonlySet<string>; readonly frozen: ReadonlySet<string> } {
  const names = Object.keys(params);
  const frozen = new Set<string>();
  for (const pattern of patterns) {
    const matched = names.filter(matcher(pattern));
    if (matched.length === 0) throw patternUnmatched(pattern, names);
    for (const name of matched) frozen.add(name);
  }
  return { trainable: new Set(names.filter((name) => !frozen.has(name))), frozen };
}

/** `**` any number of name parts, `*` one part or a piece of it. */
export function matcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((piece) =>
      piece === '**' ? '.*' : piece === '*' ? '[^/]*' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  const whole = new RegExp(`^${source}$`);
  return (name) => whole.test(name);
}

/** Static factors by name: weight decay where the variable's declaration asks for it. */
export function optimizerGroups(
  params: Named<VariableSpec>,
): Named<{ readonly learningRate: number; readonly decay: number }> {
  return Object.fromEntries(
    Object.entries(params).map(([name, spec]) => [
      name,
      { learningRate: 1, decay: spec.decay ? 1 : 0 },
    ]),
  );
}
