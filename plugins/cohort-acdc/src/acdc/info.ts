/** @file Info.cfg of a patient. */
import * as errors from '../errors.ts';

export const GROUPS = ['NOR', 'DCM', 'HCM', 'MINF', 'RV'] as const;
export type Group = (typeof GROUPS)[number];
/** Frames count from 1, as in the names of the files. Height in cm, weight in kg. */
export type Info = {
  readonly ed: number;
  readonly es: number;
  readonly frames: number;
  readonly group: Group;
  readonly height: number | null;
  readonly weight: number | null;
};

/** Error: E_ACDC_INFO. */
export function parseInfo(text: string, file: string): Info {
  const fields = new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const found = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(line);
      return found === null ? [] : [[found[1] as string, found[2] as string]];
    }),
  );
  const frame = (name: string): number => {
    const value = Number(fields.get(name));
    if (!Number.isInteger(value) || value < 1 || value > 999)
      throw errors.infoUnclear(file, `"${name}" is no number of a frame`);
    return value;
  };
  const group = GROUPS.find((known) => known === fields.get('Group'));
  if (group === undefined)
    throw errors.infoUnclear(file, `"Group" is none of ${GROUPS.join(', ')}`);
  const measure = (name: string): number | null => {
    const value = Number(fields.get(name) || NaN);
    return value > 0 && value < 500 ? value : null;
  };
  const [ed, es, frames] = [frame('ED'), frame('ES'), frame('NbFrame')];
  if (ed > frames || es > frames || ed === es)
    throw errors.infoUnclear(file, `ED ${ed} and ES ${es} are no two of ${frames} frames`);
  return { ed, es, frames, group, height: measure('Height'), weight: measure('Weight') };
}
