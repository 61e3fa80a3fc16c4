/** @file Which parameters train and when: freezing by name patterns, and what the optimiser is told about each. */
import type { Named, VariableSpec } from '@dualbeat/core';
import { patternUnmatched } from './errors.ts';
import { groupOf } from './gradient-norms.ts';

/** Static factors of one parameter: of the learning rate and of the weight decay. */
export type Factors = { readonly learningRate: number; readonly decay: number };

/** Splits parameter names by the patterns ('encoders/ed/**'). Error: E_PATTERN for one that matches nothing. */
export function splitFrozen(
  params: Named<VariableSpec>,
  patterns: readonly string[],
): { readonly trainable: ReadonlySet<string>; readonly frozen: ReadonlySet<string> } {
  const names = Object.keys(params);
  const frozen = new Set(patterns.flatMap((pattern) => matched(pattern, names)));
  return { trainable: new Set(names.filter((name) => !frozen.has(name))), frozen };
}

/** What is frozen from an epoch on. */
export type FreezePhase = { readonly fromEpoch: number; readonly frozen: ReadonlySet<string> };

/** The frozen parameters over the epochs, earliest first; the last one holds to the end. Error: E_PATTERN. */
export function freezePhases(
  params: Named<VariableSpec>,
  freeze: {
    readonly params: readonly string[];
    readonly until?: readonly { readonly params: readonly string[]; readonly epoch: number }[];
  },
): readonly FreezePhase[] {
  const always = splitFrozen(params, freeze.params).frozen;
  const until = (freeze.until ?? []).map(({ params: patterns, epoch }) => ({
    epoch,
    frozen: splitFrozen(params, patterns).frozen,
  }));
  const starts = [...new Set([0, ...until.map(({ epoch }) => epoch)])].sort((a, b) => a - b);
  return starts.map((fromEpoch) => {
    const still = until.filter(({ epoch }) => epoch > fromEpoch);
    return { fromEpoch, frozen: new Set([...always, ...still.flatMap((one) => [...one.frozen])]) };
  });
}

/** The phase of an epoch, by its number among the phases. */
export function phaseOf(phases: readonly FreezePhase[], epoch: number): number {
  return phases.findLastIndex(({ fromEpoch }) => fromEpoch <= epoch);
}

/** Step after which each parameter trains, where that is not the first. */
export function trainsSince(phases: readonly FreezePhase[], stepsPerEpoch: number): Named<number> {
  const since: { [name: string]: number } = {};
  for (const [i, { frozen }] of phases.entries()) {
    const next = phases[i + 1];
    if (next === undefined) break;
    for (const name of frozen) {
      if (!next.frozen.has(name)) since[name] = next.fromEpoch * stepsPerEpoch;
    }
  }
  return since;
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

/**
 * Factors by name: weight decay where the variable's declaration asks for it, times the factors of all patterns that match,
 * times `layerDecay` for each layer of its encoder above it. Error: E_PATTERN.
 */
export function optimizerGroups(
  params: Named<VariableSpec>,
  by: {
    readonly groups?: Named<Partial<Factors>> | undefined;
    readonly layerDecay?: number | undefined;
  } = {},
): Named<Factors> {
  const names = Object.keys(params);
  const depths = by.layerDecay === undefined ? {} : layersAbove(names);
  const factors: { [name: string]: Factors } = Object.fromEntries(
    Object.entries(params).map(([name, { decay }]) => [
      name,
      { learningRate: (by.layerDecay ?? 1) ** (depths[name] ?? 0), decay: decay ? 1 : 0 },
    ]),
  );
  for (const [pattern, { learningRate = 1, decay = 1 }] of Object.entries(by.groups ?? {})) {
    for (const name of matched(pattern, names)) {
      const own = factors[name] as Factors;
      factors[name] = {
        learningRate: own.learningRate * learningRate,
        decay: own.decay * decay,
      };
    }
  }
  return factors;
}

/**
 * How many layers of its encoder lie above a parameter. Layers are told apart by the first number in a name
 * ('blocks/3/...'): what is declared before them is the lowest layer, what is declared after them the highest.
 * Golden: paper.md 5.7, scale of layer i = decay^(L + 1 - i) for L blocks.
 */
export function layersAbove(names: readonly string[]): Named<number> {
  const above: { [name: string]: number } = {};
  const inEncoders = names.filter((name) => name.startsWith('encoders/'));
  for (const encoder of new Set(inEncoders.map(groupOf))) {
    const own = inEncoders.filter((name) => groupOf(name) === encoder);
    const numbers = own.map((name) => /\/(\d+)(?:\/|$)/.exec(name)?.[1]);
    const blocks = [...new Set(numbers.filter((n) => n !== undefined))];
    const last = numbers.findLastIndex((n) => n !== undefined);
    for (const [i, name] of own.entries()) {
      const n = numbers[i];
      const layer = n !== undefined ? blocks.indexOf(n) + 1 : i < last ? 0 : blocks.length + 1;
      above[name] = blocks.length + 1 - layer;
    }
  }
  return above;
}

function matched(pattern: string, names: readonly string[]): string[] {
  const found = names.filter(matcher(pattern));
  if (found.length === 0) throw patternUnmatched(pattern, names);
  return found;
}
