/** @file Check: outputs have the shapes and types that the module declares, when traced and when run. */
import type { ArraySpec } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { dtypeOf, sizeOf } from '../support/arrays.ts';

export const declaredOutputs = defineCheck<ModuleSubject>({
  name: 'declared-outputs',
  everyCase: true,
  states: 'For 1, 2 and 5 rows, traced and run, outputs have the declared names, shapes and types.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    // each number of rows is a trace of its own
    const short = subject.mode === 'tf' && process.env['DUALBEAT_TEST_FULL'] !== '1';
    for (const mode of ['eval', 'train'] as const) {
      const counts = mode === 'train' ? [5] : short ? [1, 5] : [1, 2, 5];
      for (const rows of counts.filter((count) => count >= (harness.minimumRows ?? 1))) {
        const { outputs, traced } = bench.apply(vars, filledInputs(harness, rows), { mode });
        const names = Object.keys(harness.outputs ?? traced);
        const missing = names.filter((name) => !Object.hasOwn(outputs, name));
        const surplus = Object.keys(outputs).filter((name) => !names.includes(name));
        ensure(
          missing.length + surplus.length === 0,
          `it declares the outputs ${names.join(', ')} and gives ${Object.keys(outputs).join(', ')}`,
          'give what is declared',
        );
        for (const name of names) {
          const declared = harness.outputs?.[name] ?? { shape: [], dtype: 'float32' as const };
          const wanted = harness.outputs === null ? [] : [rows, ...declared.shape];
          const got = traced[name] as ArraySpec;
          const fits =
            got.shape.length === wanted.length &&
            got.shape.every((extent, i) => wanted[i] === -1 || extent === wanted[i]);
          ensure(
            fits && got.dtype === declared.dtype,
            `"${name}" is ${got.dtype} [${got.shape.join(', ')}] for ${rows} rows (${mode}), declared is ${declared.dtype} [${wanted.join(', ')}]`,
            'declare the shape that `apply` gives, or give the one that is declared',
          );
          const array = outputs[name] as { data: Float32Array; shape: readonly number[] };
          ensure(
            array.data.length === sizeOf(got.shape) && dtypeOf(array) === got.dtype,
            `"${name}" was traced as ${got.dtype} [${got.shape.join(', ')}] and ran as ${dtypeOf(array)} with ${array.data.length} values`,
            'use ops whose shapes follow from those of the inputs',
          );
        }
      }
    }
  },
});
