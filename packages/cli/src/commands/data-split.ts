/** @file `dualbeat data split`. */
import { openWriter, storeSplit } from '@dualbeat/data';
import type { SplitParts, SplitRecipe } from '@dualbeat/data';
import { flagInvalid } from '../errors.ts';
import { say, sayJson } from '../say.ts';
import { openKey, wholeNumber } from './data-shared.ts';
import type { KeyFlags } from './data-shared.ts';

export type SplitFlags = KeyFlags & {
  readonly name: string;
  readonly parts: string;
  readonly folds?: string;
  readonly stratify?: string;
  readonly group?: string;
  readonly seed: string;
  readonly extend?: boolean;
  readonly json?: boolean;
};

export async function splitData(path: string, flags: SplitFlags): Promise<number> {
  const recipe: SplitRecipe = {
    parts: partsOf(flags),
    seed: wholeNumber('--seed', flags.seed, 0),
    ...(flags.stratify === undefined ? {} : { stratify: flags.stratify }),
    ...(flags.group === undefined ? {} : { group: flags.group }),
  };
  const writer = await openWriter(path, openKey(flags, [path]));
  try {
    const use = flags.extend === true ? 'extend' : recipe;
    const { placed, duplicates } = await storeSplit(path, writer, flags.name, use);
    const { splits } = writer.manifest();
    const { subjects, parts } = splits[flags.name] ?? { subjects: 0, parts: [] };
    if (flags.json === true) {
      sayJson({ name: flags.name, parts, subjects, placed, duplicates: duplicates.length });
    } else {
      say(`split ${flags.name}: ${placed} subjects placed, ${subjects} in ${parts.join(', ')}`);
      if (duplicates.length > 0) {
        say(
          `${duplicates.length} recordings are there under two subjects or more; those stay in one part`,
        );
      }
    }
    return 0;
  } finally {
    writer.close();
  }
}

/** 'train=0.7,val=0.15,test=0.15'. */
function partsOf({ parts, folds }: SplitFlags): SplitParts {
  if (folds !== undefined) return { folds: wholeNumber('--folds', folds, 2) };
  const fractions = parts.split(',').map((one) => {
    const found = /^(train|val|test)=(\d*\.?\d+)$/.exec(one.trim());
    if (found === null)
      throw flagInvalid('--parts', parts, 'shares such as train=0.7,val=0.15,test=0.15');
    return [found[1] as string, Number(found[2])] as const;
  });
  return { fractions: Object.fromEntries(fractions) };
}
