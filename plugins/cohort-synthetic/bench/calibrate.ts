/**
 * @file Prints the constants that were fitted to the population: `explained` of the ECG parameters, rates of the hazards, systole expected from
 * diastole, and mean and spread of the factors. Nothing reads its output but whoever changes a constant:
 * `node --conditions=@dualbeat/source --import tsx plugins/cohort-synthetic/bench/calibrate.ts`.
 */
import { FACTORS } from '../src/constants/couplings.ts';
import { ENDPOINTS } from '../src/constants/endpoints.ts';
import { coupledSums, PARAMETER_NAMES } from '../src/ecg/parameters.ts';
import { ENDPOINT_NAMES, logHazard } from '../src/latents/endpoints.ts';
import type { EndpointName } from '../src/latents/endpoints.ts';
import { drawPerson } from '../src/latents/subject.ts';
import { LeastSquares } from '../src/oracle/least-squares.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const people = Array.from({ length: 20_000 }, (_, subject) => {
  const { latents, geometry, factors } = drawPerson(1_234_567, subject);
  const { lvm } = geometry; // the surfaces are let go: 20,000 of them are half a gigabyte
  return { latents, geometry: { lvm }, factors };
});
type One = (typeof people)[number];
const mean = (f: (person: One) => number) =>
  people.reduce((sum, person) => sum + f(person), 0) / people.length;
const covariance = (f: (person: One) => number, g: (person: One) => number) =>
  mean((person) => f(person) * g(person)) - mean(f) * mean(g);

for (const name of Object.keys(FACTORS) as (keyof typeof FACTORS)[]) {
  const of = (person: One) => FACTORS[name].mean + FACTORS[name].std * person.factors[name];
  const std = Math.sqrt(covariance(of, of));
  say(`factor ${name}: { mean: ${mean(of).toPrecision(4)}, std: ${std.toPrecision(3)} }`);
}
for (const name of PARAMETER_NAMES) {
  const structural = (person: One) => coupledSums(name, person.factors)[0];
  const functional = (person: One) => coupledSums(name, person.factors)[1];
  const variances = [
    covariance(structural, structural),
    covariance(functional, functional),
    2 * covariance(structural, functional),
  ];
  say(`explained ${name}: [${variances.map((v) => v.toFixed(3)).join(', ')}]`);
}

const hazards = Object.fromEntries(
  ENDPOINT_NAMES.map((name) => [name, people.map((p) => Math.exp(logHazard(name, p as never)))]),
) as unknown as { readonly [name in EndpointName]: readonly number[] };
/** Share that has no event until the end of follow-up, over its even distribution. */
const free = (hazard: number) => {
  const { low, high } = ENDPOINTS.follow;
  const ends = Array.from({ length: 12 }, (_, k) => low + ((high - low) * (k + 0.5)) / 12);
  return ends.reduce((sum, end) => sum + Math.exp(-hazard * (ENDPOINTS.before + end)) / 12, 0);
};
let infarction = 0;
for (const name of ['mi', 'af', 'scd', 'hf', 'cardiomyopathy', 'cad'] as const) {
  // An infarction is coronary artery disease, so only the rest of it is fitted.
  const more = (i: number) => (name === 'cad' ? infarction * (hazards.mi[i] as number) : 0);
  const prevalence = (rate: number) =>
    1 - hazards[name].reduce((sum, h, i) => sum + free(rate * h + more(i)), 0) / people.length;
  let [low, high] = [1e-7, 0.2];
  for (let step = 0; step < 40; step++) {
    const middle = Math.sqrt(low * high);
    if (prevalence(middle) < ENDPOINTS.hazards[name].prevalence) low = middle;
    else high = middle;
  }
  if (name === 'mi') infarction = low;
  say(`rate ${name}: ${low.toPrecision(3)}`);
}

const fit = new LeastSquares(4, 2);
for (const { latents: l } of people) {
  const diastole = Float64Array.of(1, l.lvedv / 100, l.rvedv / 100, l.wall);
  fit.add(diastole, Float64Array.of(l.lvef, (100 * l.rvsv) / l.rvedv));
}
const weights = fit.solve(() => 0);
['lvef', 'rvef'].forEach((name, k) => {
  const [constant, lvedv, rvedv, wall] = [0, 1, 2, 3].map((i) => weights[2 * i + k] as number) as [
    number,
    number,
    number,
    number,
  ];
  const parts = [`lvedv: ${(lvedv / 100).toFixed(4)}`, `rvedv: ${(rvedv / 100).toFixed(4)}`];
  say(
    `${name}: { constant: ${constant.toFixed(2)}, ${parts.join(', ')}, wall: ${wall.toFixed(3)} }`,
  );
});
