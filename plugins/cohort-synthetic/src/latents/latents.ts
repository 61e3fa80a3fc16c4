/** @file What a subject is: body, anatomy and physiology, made from scores. */
import { POPULATION } from '../constants/population.ts';
import { clamp, loadings, normalCdf } from './numbers.ts';
import type { Scores } from './scores.ts';

export type ScarRegion = (typeof POPULATION.scar.regions)[number];
/** Volumes in mL, lengths in mm, shares of 100 in %. `score*` are standard scores. */
export type Latents = {
  readonly male: boolean;
  readonly age: number;
  readonly heightCm: number;
  readonly bmi: number;
  readonly systolic: number;
  /** 0 never, 1 previous, 2 current. */
  readonly smoking: number;
  /** UK Biobank's category 1 to 6; 7 is no answer. */
  readonly alcohol: number;
  readonly lvedv: number;
  readonly lvef: number;
  readonly wall: number;
  readonly length: number;
  /** Share of the length by which the base comes down. */
  readonly shortening: number;
  readonly rvedv: number;
  readonly rvsv: number;
  readonly laMax: number;
  readonly laEf: number;
  readonly raMax: number;
  readonly raEf: number;
  /** At the CMR. */
  readonly heartRate: number;
  readonly fibrosis: number;
  readonly scarRegion: ScarRegion | undefined;
  /** 0 without a scar, up to 1. */
  readonly scarSize: number;
  readonly hanging: number;
  readonly aao: Aorta;
  readonly dao: Aorta;
  readonly scores: Scores;
};
/** Smallest area in mm2, distensibility in 1e-3/mmHg. */
export type Aorta = { readonly minArea: number; readonly distensibility: number };

const P = POPULATION;
const bySex = (pair: readonly [number, number], male: boolean) => pair[male ? 1 : 0];

/** Which part of a cut unit interval the score falls in. */
const part = (score: number, cuts: readonly number[]) => {
  const u = normalCdf(score);
  return cuts.filter((cut) => u >= cut).length;
};

function bodyOf(s: Scores, visit: number) {
  const male = normalCdf(s.sex) < P.men;
  const age = clamp(P.age.mean + P.age.std * s.age, P.age) + visit * P.repeat.years;
  const heightCm = bySex(P.height.mean, male) + bySex(P.height.std, male) * s.height;
  const bmi = clamp(bySex(P.bmi.median, male) * Math.exp(bySex(P.bmi.logStd, male) * s.bmi), P.bmi);
  const weight = bmi * (heightCm / 100) ** 2;
  const surface =
    (Math.sqrt((heightCm * weight) / 3600) - bySex(P.surface.mean, male)) /
    bySex(P.surface.std, male);
  const ageScore = (age - P.age.mean) / P.age.std;
  const systolicScore = loadings(P.systolic.on, { age: ageScore, bmi: s.bmi }, s.systolic);
  const systolic = clamp(bySex(P.systolic.mean, male) + P.systolic.std * systolicScore, P.systolic);
  return {
    male,
    age,
    heightCm,
    bmi,
    surface,
    ageScore,
    systolicScore,
    systolic,
    smoking: part(s.smoking, P.smoking.cuts),
    alcohol: part(s.alcohol, P.alcohol.cuts) + 1,
  };
}

function scarOf(s: Scores, body: ReturnType<typeof bodyOf>) {
  const { odds, regions, shares, size } = P.scar;
  const log =
    odds.constant +
    odds.male * Number(body.male) +
    odds.age * body.ageScore +
    odds.smoking * body.smoking +
    odds.systolic * body.systolicScore;
  if (normalCdf(s.scar) >= 1 / (1 + Math.exp(-log))) return { region: undefined, size: 0 };
  let sum = 0;
  const cuts = shares.map((share) => (sum += share)).slice(0, -1);
  return {
    region: regions[part(s.scarRegion, cuts)] as ScarRegion,
    size: size.low + (size.high - size.low) * normalCdf(s.scarSize),
  };
}

function aortaOf(
  s: Scores,
  which: 'ascending' | 'descending',
  body: ReturnType<typeof bodyOf>,
): Aorta {
  const { on } = P.aorta;
  const of = P.aorta[which];
  const [area, distensibility] =
    which === 'ascending' ? [s.aao, s.aaoDistensibility] : [s.dao, s.daoDistensibility];
  const areaScore = loadings(
    { age: on.areaAge, surface: on.areaSurface },
    { age: body.ageScore, surface: body.surface },
    area,
  );
  const stretch = loadings(
    { age: on.distensibilityAge, systolic: on.distensibilitySystolic },
    { age: body.ageScore, systolic: body.systolicScore },
    distensibility,
  );
  return {
    minArea: bySex(of.area, body.male) * Math.exp(of.logStd * areaScore),
    distensibility: of.distensibility * Math.exp(of.logStdDistensibility * stretch),
  };
}

/** A pure function of the scores. Order of causes: body, fibrosis and scar, left ventricle, right ventricle, atria, rate, aorta. */
export function latentsOf(s: Scores, visit: number): Latents {
  const body = bodyOf(s, visit);
  const { male, ageScore, surface, systolicScore } = body;
  const sex = (pair: readonly [number, number]) => bySex(pair, male);
  const fibrosis = loadings(P.fibrosis.on, { age: ageScore, systolic: systolicScore }, s.fibrosis);
  const scar = scarOf(s, body);

  const edv = loadings(P.lvedv.on, { surface, age: ageScore, fibrosis }, s.edv);
  const lvedv = clamp(sex(P.lvedv.mean) + sex(P.lvedv.std) * edv, P.lvedv);
  const ef = loadings(P.lvef.on, { lvedv: edv, fibrosis }, s.ef);
  const lvef = clamp(
    sex(P.lvef.mean) + sex(P.lvef.std) * ef - P.lvef.scarLoss * scar.size ** 2,
    P.lvef,
  );
  const thick = { lvedv: edv, surface, systolic: systolicScore, age: ageScore };
  const wall = clamp(
    sex(P.wall.mean) + sex(P.wall.std) * loadings(P.wall.on, thick, s.wall),
    P.wall,
  );
  const length = P.length.mean * Math.cbrt(lvedv / 147.6) * Math.exp(P.length.std * s.sphericity);
  const shortening = clamp(
    P.shortening.mean *
      (lvef / 59.5) ** P.shortening.efPower *
      Math.exp(P.shortening.logStd * s.shortening + P.shortening.fibrosis * fibrosis),
    P.shortening,
  );

  const right = loadings(P.rvedv.on, { lvedv: edv, age: ageScore }, s.rvedv);
  const rvedv = clamp(sex(P.rvedv.mean) + sex(P.rvedv.std) * right, P.rvedv);
  const ejected = (P.rvsv.ratio * lvedv * lvef * Math.exp(P.rvsv.logStd * s.rvsv)) / rvedv;
  const rvsv = (rvedv * clamp(ejected, { low: P.rvsv.lowEf, high: P.rvsv.highEf })) / 100;

  const la = loadings(
    P.laMax.on,
    { surface, fibrosis, age: ageScore, systolic: systolicScore },
    s.la,
  );
  const laEf = P.laEf.mean + P.laEf.std * loadings(P.laEf.on, { laMax: la, fibrosis, ef }, s.laEf);
  const ra = loadings(P.raMax.on, { rvedv: right, age: ageScore }, s.ra);
  const raEf = sex(P.raEf.mean) + P.raEf.std * loadings(P.raEf.on, { raMax: ra, ef }, s.raEf);
  const rate = loadings(P.heartRate.on, { lvedv: edv, bmi: s.bmi, ef }, s.rate);
  return {
    male,
    age: body.age,
    heightCm: body.heightCm,
    bmi: body.bmi,
    systolic: body.systolic,
    smoking: body.smoking,
    alcohol: body.alcohol,
    lvedv,
    lvef,
    wall,
    length,
    shortening,
    rvedv,
    rvsv,
    laMax: sex(P.laMax.mean) * Math.exp(P.laMax.logStd * la),
    laEf: clamp(laEf, P.laEf),
    raMax: sex(P.raMax.mean) * Math.exp(P.raMax.logStd * ra),
    raEf: clamp(raEf, P.raEf),
    heartRate: clamp(P.heartRate.mean + P.heartRate.std * rate, P.heartRate),
    fibrosis,
    scarRegion: scar.region,
    scarSize: scar.size,
    hanging: loadings(P.hanging.on, { bmi: s.bmi, age: ageScore, height: s.height }, s.hanging),
    aao: aortaOf(s, 'ascending', body),
    dao: aortaOf(s, 'descending', body),
    scores: s,
  };
}
