/** @file Inputs of the golden cases: the sequence that the program in tools/golden draws them by. */

export type Draw = {
  /** Uniform in [0, 1), by mulberry32. */
  readonly u: () => number;
  /** 0 continuous, 1 quarters (ties), 2 wide steps (many ties), 3 constant. */
  readonly column: (n: number, style: number) => number[];
};

export function drawOf(family: number, number: number): Draw {
  let a = (family * 100003 + number * 7919) | 0;
  const u = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const styled = (x: number, style: number) =>
    [x, Math.floor(x * 4) / 4, Math.floor(x * 1.5), 0.1][style] as number;
  const column = (n: number, style: number) =>
    Array.from({ length: n }, () => styled(u() + u() + u() - 1.5, style));
  return { u, column };
}

/** Number of rows of a case: every fiftieth is empty. */
export function rowsOfCase(draw: Draw, number: number): number {
  return number % 50 === 49 ? 0 : 4 + Math.floor(draw.u() * 40);
}
