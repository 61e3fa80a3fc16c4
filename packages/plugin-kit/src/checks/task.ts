/** @file Checks of tasks alone: who is accepted, rows of the first half, outputs of the second. */
import type { HostArray } from '@dualbeat/core';
import { differing, rows, roundOff } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import type { RuntimeSubject } from '../check.ts';
import { openBench } from '../harness/bench.ts';
import {
  filledInputs,
  mapArrays,
  selectRows,
  variablesOf,
  withAbsent,
} from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { encodeHarness, taskStage } from '../harness/task-harness.ts';
import type { TaskCase, TaskOf } from '../harness/task-harness.ts';

export type TaskSubject = RuntimeSubject<'task', TaskOf>;

export const accepts = defineCheck<TaskCase>({
  name: 'accepts',
  states:
    '`accepts` takes a row with everything, refuses one with nothing, and says the same twice.',
  async run(subject) {
    const { task } = await taskStage(subject);
    const { views, targets = {} } = subject.of;
    const all = new Set([...Object.keys(views), ...Object.keys(targets)]);
    for (const [has, wanted] of [
      [all, true],
      [new Set<string>(), false],
      [all, true],
    ] as const) {
      const said: unknown = task.accepts(has);
      ensure(
        said === wanted,
        `accepts({ ${[...has].join(', ')} }) gives ${String(said)}`,
        'accept exactly the rows that the task can use',
      );
    }
  },
});

export const encodedRows = defineCheck<TaskSubject>({
  name: 'encoded-rows',
  states:
    'What `encode` gives has the rows first, and row i of it depends on row i alone: a slice gives what the batch gives.',
  async run(subject) {
    const harness = encodeHarness(await taskStage(subject));
    const bench = openBench(subject.runtime, harness);
    const vars = variablesOf(harness, 1);
    const inputs = filledInputs(harness, rows);
    const stateful = Object.keys(harness.state).length > 0;
    for (const mode of ['eval', 'train'] as const) {
      const whole = bench.apply(vars, inputs, { mode }).outputs;
      for (const [name, { shape }] of Object.entries(whole)) {
        ensure(
          shape[0] === rows,
          `encode gives "${name}" [${shape.join(', ')}] for ${rows} rows`,
          'keep the rows as the first axis',
        );
      }
      if (mode === 'train' && stateful) continue; // statistics of the batch, by contract
      const part = [2, 3];
      const slice = mapArrays(inputs, (array) => selectRows(array, part));
      const alone = bench.apply(vars, slice, { mode, firstRow: 2 }).outputs;
      const wrong = differing(
        alone,
        mapArrays(whole, (array) => selectRows(array, part)),
        roundOff,
      );
      ensure(
        wrong === undefined,
        `${wrong} between rows 2 and 3 of the batch and the same rows as a micro-batch (${mode})`,
        'move what compares rows to `objective`, and draw with the rows as shape[0]',
      );
    }
  },
});

export const maskedOutputs = defineCheck<TaskSubject>({
  name: 'masked-outputs',
  everyCase: true,
  states:
    'Outputs have the rows first, `present` is bool over their leading axes, and padding rows are present nowhere.',
  async run(subject) {
    const bench = await benchOf(subject as unknown as ModuleSubject);
    const { harness } = bench;
    const inputs = withAbsent(harness, filledInputs(harness, rows), [3, 4], () => 0);
    const { outputs } = bench.apply(variablesOf(harness, 1), inputs);
    for (const name of Object.keys(outputs).filter((one) => one.startsWith('outputs/'))) {
      const values = outputs[name] as HostArray;
      const present = outputs[name.replace('outputs/', 'present/')] as HostArray;
      const leading = present.shape.every((extent, i) => extent === values.shape[i]);
      ensure(
        values.shape[0] === rows && leading && present.data instanceof Uint8Array,
        `"${name}" has values [${values.shape.join(', ')}] and a present [${present.shape.join(', ')}]`,
        'give `present` as bool over the leading axes of the values',
      );
      const padding = selectRows(present, [3, 4]);
      ensure(
        padding.data.every((there) => there === 0),
        `"${name}" is present in padding rows`,
        "join `present` with that of the batch's views or targets",
      );
    }
  },
});
