/** @file How many millimetres a unit of the signal gets. */
import { quantile } from '@dualbeat/evaluation';

export type Scale = {
  readonly mmPerUnit: number;
  /** 'mV', 'SD'. */
  readonly unit: string;
};

/** Height that a lead should keep within, and the tallest that a page of ECG paper still carries. */
const comfortableMm = 30;
const tallestMm = 40;
const steps = [10, 5, 2.5, 2, 1];

/**
 * The gain. In mV it is the clinical 10 mm/mV, halved (as ECG machines do) until the tallest lead fits; other units have
 * no convention, so it is the largest round gain at which the leads fit. A unit of '1' is a standardised signal: SD.
 */
export function scaleFor(
  leads: readonly Float32Array[],
  unit: string,
  wanted: number | 'auto',
): Scale {
  const millivolt = unit === 'mV';
  const label = unit === '1' || unit === '' ? 'SD' : unit;
  if (wanted !== 'auto') return { mmPerUnit: wanted, unit: label };
  const tallest = Math.max(0, ...leads.map(heightOf));
  if (millivolt) {
    const fitting = [10, 5, 2.5].find((gain) => gain * tallest <= tallestMm);
    return { mmPerUnit: fitting ?? 1.25, unit: label };
  }
  const power = tallest > 0 ? 10 ** Math.floor(Math.log10(comfortableMm / tallest)) : 1;
  const fitting = steps.find((step) => step * power * tallest <= comfortableMm);
  return { mmPerUnit: (fitting ?? 1) * power, unit: label };
}

/** Peak to peak without the outermost thousandth on each side: one spike must not shrink all leads. */
function heightOf(lead: Float32Array): number {
  const finite = lead.filter(Number.isFinite);
  const low = quantile(finite, 0.001);
  const high = quantile(finite, 0.999);
  return typeof low === 'number' && typeof high === 'number' ? high - low : 0;
}
