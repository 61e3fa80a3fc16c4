/**
 * @file Plain data: what end diastole tells of systole. Least squares over the population on the volumes in mL and the mean wall in mm;
 * means for the rest. Used by the control without ES information only.
 */
export const EXPECTED_SYSTOLE = {
  lvef: { constant: 69.63, lvedv: -0.0406, rvedv: -0.0006, wall: -0.683 },
  rvef: { constant: 67.13, lvedv: 0.3303, rvedv: -0.3505, wall: -0.604 },
  shortening: 0.186,
  laEf: 60.5,
  raEf: 44.3,
} as const;
