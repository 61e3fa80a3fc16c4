/** @file Rules of the order of training rows: distinct subjects where rows are compared, equal classes where asked for. */
import { at } from '@dualbeat/core';
import type { Cohort, Host, ResolvedExperiment } from '@dualbeat/core';
import type { StageRun } from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';
import { resolveTargets, takeTargets } from '../data/resolve-targets.ts';
import { balanceTarget } from '../errors.ts';

/** Rows that are read at once while looking at classes. */
const pieceRows = 4096;

/** Undefined where there is none. Error: E_BALANCE. */
export async function orderRules(
  host: Host,
  resolved: ResolvedExperiment,
  stage: string,
  built: Pick<BuiltStage, 'modules'>,
  cohort: Cohort,
  rows: Int32Array,
): Promise<StageRun['order']> {
  const { train, targets } = at(resolved.stages, stage, 'stage');
  const { loss } = built.modules;
  const subjects = cohort.subjects(rows);
  // A loss that takes the other rows for strangers must not meet a subject twice in a batch.
  const strangers = loss.positives === 'row' && (loss.minimumRows ?? 1) > 1;
  const distinct = strangers && new Set(subjects).size < subjects.length;
  const head = train.balance;
  if (!distinct && head === undefined) return undefined;
  return {
    ...(distinct ? { distinct: { subjects, batchSize: train.batchSize } } : {}),
    ...(head === undefined ? {} : { balance: { classes: await classesOf(head) } }),
  };

  async function classesOf(name: string): Promise<Int32Array> {
    const set = targets[name];
    const found =
      set === undefined ? {} : await resolveTargets(host, cohort.targets, { [name]: set });
    const target = found[name];
    if (target === undefined || !['binary', 'class'].includes(target.spec.type))
      throw balanceTarget(stage, name, Object.keys(targets));
    const classes = new Int32Array(rows.length).fill(-1);
    for (let from = 0; from < rows.length; from += pieceRows) {
      const piece = rows.subarray(from, from + pieceRows);
      const { values, present } = takeTargets(target, await cohort.read(piece, target.reads));
      const width = values.data.length / piece.length;
      const shown = present.data.length / piece.length;
      for (let i = 0; i < piece.length; i++) {
        if (present.data[i * shown] === 1) classes[from + i] = Number(values.data[i * width]);
      }
    }
    return classes;
  }
}
