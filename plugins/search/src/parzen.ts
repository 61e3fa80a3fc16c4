/** @file Parzen densities: over the unit interval (a range) and over the items of a list. Each holds an even prior as one observation. */

export type Density = {
  /** A place in [0, 1], or the number of an item. */
  draw(random: () => number): number;
  at(x: number): number;
};

/** Truncated normal kernels at the observations, as wide as the gap to their neighbours, and one even kernel. */
export function rangeDensity(observed: readonly number[]): Density {
  const points = observed.toSorted((a, b) => a - b);
  const weight = 1 / (points.length + 1);
  const narrowest = 1 / Math.min(100, points.length + 2);
  const kernels = points.map((mean, i) => {
    const left = mean - (points[i - 1] ?? 0);
    const right = (points[i + 1] ?? 1) - mean;
    const width = Math.min(Math.max(left, right, narrowest), 1);
    return { mean, width, mass: normalCdf((1 - mean) / width) - normalCdf(-mean / width) };
  });
  return {
    draw(random) {
      const kernel = kernels[Math.floor(random() * (kernels.length + 1))];
      if (kernel === undefined) return random();
      for (let i = 0; i < 100; i++) {
        const u = Math.max(random(), 2 ** -24);
        const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random());
        const x = kernel.mean + kernel.width * normal;
        if (x >= 0 && x <= 1) return x;
      }
      return kernel.mean;
    },
    at: (x) =>
      kernels.reduce(
        (sum, { mean, width, mass }) =>
          sum +
          (weight * Math.exp(-(((x - mean) / width) ** 2) / 2)) /
            (Math.sqrt(2 * Math.PI) * width * mass),
        weight,
      ),
  };
}

/** Counts plus one of each item. */
export function listDensity(observed: readonly number[], items: number): Density {
  const counts = Array.from({ length: items }, () => 1);
  for (const item of observed) if (item >= 0) counts[item] = (counts[item] as number) + 1;
  const total = counts.reduce((a, b) => a + b, 0);
  return {
    draw(random) {
      let left = random() * total;
      const item = counts.findIndex((count) => (left -= count) < 0);
      return item < 0 ? items - 1 : item;
    },
    at: (x) => (counts[x] as number) / total,
  };
}

/** Abramowitz and Stegun 7.1.26: 1.5e-7, ample for the mass of a kernel. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - tail * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
