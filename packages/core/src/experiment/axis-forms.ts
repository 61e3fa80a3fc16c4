/** @file The two forms of an axis: values, or a range. Each has its own schema, so that messages and defaults fit. */
import { schemaProblems } from '../host/schema-problems.ts';
import type { Problem } from './errors.ts';
import { isMap, type JsonMap, type Places, placeOf } from './places.ts';
import { rangeAxis, valuesAxis } from './sweep-schema.ts';

/** Checks the form of all axes and fills their defaults, in place. Expects that the structure holds. */
export function axisFormProblems(experiment: JsonMap, places: Places): Problem[] {
  const { sweep } = experiment;
  if (!isMap(sweep) || !isMap(sweep['axes'])) return [];
  return Object.entries(sweep['axes']).flatMap(([name, axis]): Problem[] => {
    if (!isMap(axis)) return [];
    const path = ['sweep', 'axes', name];
    const at = (below: readonly string[]) => placeOf(places, [...path, ...below]);
    const isRange = 'min' in axis || 'max' in axis;
    if (isRange === 'values' in axis)
      return [
        {
          code: 'E_EXPERIMENT_AXIS',
          path,
          place: at([]),
          cause: "an axis has either 'values' or a range of 'min' and 'max'",
          fix: 'write { values: [...] } or { min: 1, max: 10 }',
        },
      ];
    return schemaProblems(isRange ? rangeAxis : valuesAxis, axis).map(
      ({ code, path: below, ...said }) => ({
        ...said,
        code: `E_EXPERIMENT_${code}`,
        path: [...path, ...below],
        place: at(below),
      }),
    );
  });
}
