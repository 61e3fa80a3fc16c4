/**
 * @file Plain data: what the ECG owes to body and heart. Each parameter is mean + std (sum of loading x standard score + own
 * part), within limits; docs/synthetic-cohort.md gives the source of each direction. Group `structural` and `functional` are
 * scaled apart by the cohort's options. `explained`: variance of the structural sum, of the functional one, and twice
 * their covariance at full coupling (measured over the population, so that a parameter's spread does not depend on the coupling).
 */
export const ECG_PARAMETERS = {
  heartRate: {
    is: { mean: 63, std: 10, low: 40, high: 110 },
    structural: {},
    functional: { rate: 0.9 },
    explained: [0, 0.773, 0],
  },
  qrsWidth: {
    is: { mean: 90, std: 14.8, low: 62, high: 160 },
    structural: { mass: 0.3, male: 0.1 },
    functional: { ef: -0.25, fibrosis: 0.2, septumLateral: 0.35 },
    explained: [0.142, 0.257, 0.063],
  },
  axis: {
    is: { mean: 42, std: 28, low: -45, high: 110 },
    structural: { hanging: 0.5, bmi: -0.1, age: -0.15, mass: -0.2, rvExcess: 0.3 },
    functional: {},
    explained: [0.559, 0, 0],
  },
  amplitude: {
    is: { mean: 1.4, std: 0.35, low: 0.5, high: 2.9 },
    structural: { mass: 0.55, edv: 0.2, bmi: -0.4 },
    functional: { fibrosis: -0.2 },
    explained: [0.443, 0.042, -0.007],
  },
  prInterval: {
    is: { mean: 160, std: 22, low: 110, high: 250 },
    structural: { age: 0.2, la: 0.25, bmi: 0.1 },
    functional: { fibrosis: 0.1 },
    explained: [0.16, 0.01, 0.036],
  },
  qtInterval: {
    is: { mean: 412, std: 20, low: 350, high: 480 },
    structural: { male: -0.35, age: 0.15, mass: 0.2 },
    functional: { ef: -0.25, shortening: -0.2 },
    explained: [0.09, 0.161, 0],
  },
  pAmplitude: {
    is: { mean: 0.13, std: 0.03, low: 0.05, high: 0.25 },
    structural: { ra: 0.45, hanging: 0.2, bmi: -0.2 },
    functional: { raEf: 0.25 },
    explained: [0.264, 0.061, -0.075],
  },
  pWidth: {
    is: { mean: 104, std: 12, low: 70, high: 150 },
    structural: { la: 0.5, age: 0.15 },
    functional: { fibrosis: 0.2, laEf: -0.2 },
    explained: [0.321, 0.116, 0.204],
  },
  pTerminal: {
    is: { mean: 0.5, std: 0.3, low: -0.5, high: 1.8 },
    structural: { la: 0.45 },
    functional: { laEf: -0.4 },
    explained: [0.207, 0.161, 0.162],
  },
  tAmplitude: {
    is: { mean: 0.3, std: 0.08, low: 0.06, high: 0.62 },
    structural: { male: 0.25, mass: -0.25, bmi: -0.2, apex: -0.25 },
    functional: { ef: 0.25, esv: -0.3, fibrosis: -0.1 },
    explained: [0.173, 0.294, 0.103],
  },
  tAngle: {
    is: { mean: 0, std: 18, low: -60, high: 75 },
    structural: { mass: 0.25, hanging: -0.15 },
    functional: { ef: -0.4, fibrosis: 0.25, septumLateral: 0.25 },
    explained: [0.091, 0.351, 0.079],
  },
  tBackward: {
    is: { mean: -0.7, std: 0.25, low: -1.5, high: 0.3 },
    structural: { mass: 0.2, apex: 0.3, rvExcess: 0.15 },
    functional: { ef: -0.2, rvEf: -0.4 },
    explained: [0.142, 0.299, 0.12],
  },
  tPeakEnd: {
    is: { mean: 86, std: 11, low: 58, high: 125 },
    structural: { mass: 0.2, edv: 0.1 },
    functional: { fibrosis: 0.4, septumLateral: 0.3, ef: -0.15 },
    explained: [0.086, 0.315, 0.035],
  },
  tRise: {
    is: { mean: 62, std: 8, low: 40, high: 90 },
    structural: { age: 0.1 },
    functional: { shortening: -0.5, ef: -0.3 },
    explained: [0.01, 0.515, 0.027],
  },
  stLevel: {
    is: { mean: 0.03, std: 0.03, low: -0.12, high: 0.15 },
    structural: { mass: -0.3, male: 0.2 },
    functional: { ef: 0.3, shortening: 0.3, apexBase: 0.2 },
    explained: [0.049, 0.323, 0.034],
  },
  posterior: {
    is: { mean: 0.45, std: 0.15, low: 0.05, high: 0.95 },
    structural: { mass: 0.25, turn: 0.5, rvExcess: -0.25 },
    functional: {},
    explained: [0.394, 0, 0],
  },
  rightward: {
    is: { mean: 0.12, std: 0.06, low: 0, high: 0.4 },
    structural: { rvExcess: 0.4, rvedv: 0.2 },
    functional: { rvEf: -0.35 },
    explained: [0.241, 0.123, 0.253],
  },
  septalQ: {
    is: { mean: 0.26, std: 0.07, low: 0.04, high: 0.55 },
    structural: { septum: 0.5 },
    functional: { fibrosis: -0.25, septumLateral: -0.35 },
    explained: [0.248, 0.186, 0],
  },
  peakTime: {
    is: { mean: 0, std: 0.03, low: -0.08, high: 0.1 },
    structural: { wall: 0.4, mass: 0.1 },
    functional: { septumLateral: 0.35, ef: -0.2 },
    explained: [0.242, 0.162, 0.048],
  },
  notch: {
    is: { mean: 0.05, std: 0.03, low: 0, high: 0.18 },
    structural: {},
    functional: { fibrosis: 0.5, scar: 0.3, apexBase: -0.3 },
    explained: [0, 0.454, 0],
  },
  respirationHz: {
    is: { mean: 0.25, std: 0.04, low: 0.15, high: 0.4 },
    structural: {},
    functional: {},
    explained: [0, 0, 0],
  },
  respiratoryVariability: {
    is: { mean: 0.03, std: 0.015, low: 0.002, high: 0.09 },
    structural: { age: -0.45 },
    functional: { rate: -0.25, ef: 0.1 },
    explained: [0.212, 0.074, 0.019],
  },
  slowVariability: {
    is: { mean: 0.02, std: 0.01, low: 0.001, high: 0.06 },
    structural: { age: -0.35 },
    functional: { ef: 0.2 },
    explained: [0.128, 0.041, 0.018],
  },
} as const;

/** Standard scores that the loadings speak of: mean and spread of what they stand for. */
export const FACTORS = {
  male: { mean: 0.48, std: 0.4996 },
  age: { mean: 64, std: 7.5 },
  bmi: { mean: 26.7, std: 4.05 },
  mass: { mean: 85.9, std: 22.9 },
  wall: { mean: 5.69, std: 0.775 },
  edv: { mean: 147.6, std: 34.3 },
  rvedv: { mean: 156.3, std: 37.3 },
  /** Right over left end-diastolic volume. */
  rvExcess: { mean: 1.065, std: 0.13 },
  la: { mean: 71, std: 21 },
  ra: { mean: 83.5, std: 24 },
  ef: { mean: 59.5, std: 5.9 },
  esv: { mean: 60.3, std: 18.9 },
  rvEf: { mean: 57.5, std: 8.7 },
  laEf: { mean: 60.5, std: 8.4 },
  raEf: { mean: 44.3, std: 9 },
  shortening: { mean: 0.186, std: 0.024 },
  rate: { mean: 62.4, std: 9.8 },
  scar: { mean: 0.03, std: 0.14 },
} as const;

/** Q waves of a scar: dipole away from the region (axis in degrees, backward part), length of size 1 over the QRS amplitude. */
export const SCAR_WAVES = {
  length: 0.5,
  inferior: { axis: -80, backward: 0 },
  anterior: { axis: 20, backward: 2.5 },
  lateral: { axis: 180, backward: 0.2 },
  septal: { axis: 0, backward: 1.6 },
} as const;

/** Largest share of a parameter's variance that the couplings may explain; stronger ones are scaled down to it. */
export const MOST_EXPLAINED = 0.97;
