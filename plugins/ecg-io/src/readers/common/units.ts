/** @file Units of voltage, in microvolts. */

const microvoltsPer: { readonly [unit: string]: number } = {
  v: 1e6,
  volt: 1e6,
  mv: 1e3,
  millivolt: 1e3,
  millivolts: 1e3,
  uv: 1,
  '\u00b5v': 1, // micro sign
  '\u03bcv': 1, // Greek mu
  microvolt: 1,
  microvolts: 1,
  nv: 1e-3,
};

/** Microvolts per unit, `undefined` where it is no voltage. Case does not count. */
export function microvoltsOf(unit: string): number | undefined {
  const key = unit.trim().toLowerCase();
  return Object.hasOwn(microvoltsPer, key) ? microvoltsPer[key] : undefined;
}
