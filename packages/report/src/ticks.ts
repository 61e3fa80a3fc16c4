/** @file Round tick positions of an axis. */

export type Ticks = {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly at: readonly number[];
};

/** Ticks at multiples of 1, 2 or 5 times a power of ten that cover the finite values; about `count` of them. */
export function axisTicks(
  values: readonly number[],
  count: number,
  options: { readonly whole: boolean },
): Ticks {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) {
    const room = options.whole ? 1 : Math.max(Math.abs(low) * 0.1, 1e-9);
    [low, high] = [low - room, high + room];
  }
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  const step = options.whole ? Math.max(1, Math.round(factor * power)) : factor * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const at = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { low: first * step, high: last * step, step, at };
}

/** A tick's text: as many decimals as the step needs, or powers of ten for the very small and large. */
export function tickLabel(value: number, step: number): string {
  if (Math.abs(value) < step * 1e-6) return '0';
  if (Math.abs(value) >= 1e5 || step < 1e-4) {
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('-', '−')
      .replace('e+', 'e');
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(decimals).replace('-', '−');
}
