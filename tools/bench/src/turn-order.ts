/** @file Who runs when. */

/** The order of round `round`: each side comes first, and each before each other, equally often. */
export function turnOrder<T>(sides: readonly T[], round: number): readonly T[] {
  const start = round % sides.length;
  const turned = [...sides.slice(start), ...sides.slice(0, start)];
  return Math.floor(round / sides.length) % 2 === 0 ? turned : turned.reverse();
}

/** Steps of a turn, so that a turn of the slowest side takes about four seconds. */
export function stepsPerTurn(slowestSeconds: number): number {
  return Math.min(maxStepsPerTurn, Math.max(2, Math.round(4 / slowestSeconds)));
}

export const maxStepsPerTurn = 10;
