/** @file Leads aVL and aVF under each other's name, as in CinC 2011 set-a: found by Goldberger's equations. */
import { deriveLead } from '../../leads.ts';

/** A lead agrees where what is left of it is below this share of its deviation: rounding leaves 2 %, another lead 100 %. */
const AGREES = 0.1;
/** Less signal than this proves nothing. */
const ALIVE_MILLIVOLTS = 0.02;

/**
 * True where the lead named aVL is II - I/2 and the one named aVF is I - II/2, and not the other way round. Offsets do not count.
 * All in mV and equally long; NaN anywhere gives false.
 */
export function areExchanged(
  I: Float32Array,
  II: Float32Array,
  namedAVL: Float32Array,
  namedAVF: Float32Array,
): boolean {
  const [aVL, aVF] = [deriveLead('aVL', I, II), deriveLead('aVF', I, II)];
  if (!(deviation(aVL) > ALIVE_MILLIVOLTS && deviation(aVF) > ALIVE_MILLIVOLTS)) return false;
  const agrees = (named: Float32Array, truth: Float32Array) =>
    deviation(named.map((value, i) => value - (truth[i] as number))) < AGREES * deviation(truth);
  return agrees(namedAVL, aVF) && agrees(namedAVF, aVL) && !agrees(namedAVL, aVL);
}

/** Population standard deviation; NaN where a value is. */
function deviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
