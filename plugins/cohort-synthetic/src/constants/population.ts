/**
 * @file Plain data: who the subjects are and what their hearts are like. Means and spreads of paper.md 1.7 (UK Biobank's imaging
 * visit); sexes differ as in UK Biobank's reference ranges (Petersen et al. 2017, doi:10.1186/s12968-017-0327-9, rounded).
 * A pair [women, men] is by sex. `on` holds loadings on standard scores; the rest of the variance is the subject's own.
 */
export const POPULATION = {
  men: 0.48,
  age: { mean: 64, std: 7.8, low: 45, high: 82 },
  height: { mean: [163, 176], std: [6.2, 6.6] },
  /** Log-normal: median and standard deviation of the logarithm. */
  bmi: { median: [25.8, 26.9], logStd: [0.165, 0.135], low: 16, high: 48 },
  /** Du Bois would do as well: Mosteller's body surface in m2, used as a score within the sex. */
  surface: { mean: [1.75, 2.02], std: [0.16, 0.155] },
  systolic: { mean: [135, 141], std: 17, on: { age: 0.3, bmi: 0.25 }, low: 90, high: 210 },
  /** Never, previous, current. */
  smoking: { cuts: [0.62, 0.96] },
  /** UK Biobank's frequency of alcohol: 1 daily ... 6 never; 0 (here: last) prefers not to say. */
  alcohol: { cuts: [0.2, 0.45, 0.7, 0.82, 0.93, 0.995] },
  /** Of a repeat visit: years later, and how much of a changing score is drawn anew. */
  repeat: { years: 2.6, renewed: 0.2 },

  lvedv: {
    mean: [126.6, 168.7],
    std: [21, 32],
    on: { surface: 0.55, age: -0.15, fibrosis: 0.05 },
    low: 60,
    high: 320,
  },
  lvef: {
    mean: [61.4, 58.4],
    std: [5.2, 5.8],
    on: { lvedv: -0.18, fibrosis: -0.3 },
    /** Points lost by a scar of size 1. */
    scarLoss: 16,
    low: 18,
    high: 80,
  },
  wall: {
    mean: [5.22, 6.2],
    std: [0.52, 0.63],
    on: { lvedv: 0.18, surface: 0.2, systolic: 0.3, age: 0.05 },
    low: 3.6,
    high: 10,
  },
  /** Length of the ventricle in mm at the mean volume; longer with the cube root of it; `std` of the logarithm: sphericity. */
  length: { mean: 90, std: 0.05 },
  /** Share of the length by which the base comes down; goes with the ejection fraction to the power `efPower`. */
  shortening: {
    mean: 0.185,
    efPower: 0.6,
    logStd: 0.1,
    fibrosis: -0.04,
    low: 0.06,
    high: 0.28,
  },
  rvedv: {
    mean: [133.2, 180.3],
    std: [23, 33],
    on: { lvedv: 0.79, age: -0.1 },
    low: 65,
    high: 340,
  },
  /** Right over left stroke volume: 88.9 / 87.3, with differences of two measurements. */
  rvsv: { ratio: 1.018, logStd: 0.04, lowEf: 30, highEf: 76 },
  laMax: {
    mean: [64, 72],
    logStd: 0.27,
    on: { surface: 0.3, fibrosis: 0.3, age: 0.15, systolic: 0.15 },
  },
  laEf: { mean: 60.5, std: 8, on: { laMax: -0.35, fibrosis: -0.25, ef: 0.15 }, low: 15, high: 82 },
  raMax: { mean: [70, 92], logStd: 0.25, on: { rvedv: 0.5, age: 0.1 } },
  raEf: { mean: [47, 41.5], std: 8.5, on: { raMax: -0.3, ef: 0.1 }, low: 12, high: 75 },
  heartRate: {
    mean: 62.4,
    std: 9.8,
    on: { lvedv: -0.15, bmi: 0.15, ef: -0.1 },
    low: 40,
    high: 110,
  },
  /** Diffuse fibrosis, a standard score. */
  fibrosis: { on: { age: 0.35, systolic: 0.2 } },
  /** A scar after infarction: log odds, then region and size (0 to 1). */
  scar: {
    odds: { constant: -3.95, male: 0.9, age: 0.5, smoking: 0.45, systolic: 0.2 },
    regions: ['inferior', 'anterior', 'lateral', 'septal'],
    shares: [0.4, 0.32, 0.18, 0.1],
    size: { low: 0.25, high: 1 },
  },
  /** Axis of the heart in the frontal plane, a standard score: positive hangs down. */
  hanging: { on: { bmi: -0.35, age: -0.2, height: 0.2 } },
  /** Smallest areas in mm2, distensibility in 1e-3/mmHg (Bai et al. 2020, doi:10.1038/s41591-020-1009-y, rounded). */
  aorta: {
    ascending: { area: [740, 840], logStd: 0.18, distensibility: 1.75, logStdDistensibility: 0.4 },
    descending: {
      area: [395, 490],
      logStd: 0.16,
      distensibility: 2.45,
      logStdDistensibility: 0.35,
    },
    on: { areaAge: 0.3, areaSurface: 0.3, distensibilityAge: -0.55, distensibilitySystolic: -0.25 },
    pulsePressure: 52,
  },
} as const;
