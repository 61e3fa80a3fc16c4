/** @file Check: an encoder computes the tokens that it is asked to keep. */
import { at } from '@dualbeat/core';
import type { Encoder, HostArray, Tensor } from '@dualbeat/core';
import { differing, rows, roundOff } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { sizeOf } from '../support/arrays.ts';
import { contextOf, upload } from '../support/runtime-tests.ts';

export const keptTokens = defineCheck<ModuleSubject<'encoder'>>({
  name: 'kept-tokens',
  states:
    'An encoder that says it can leave tokens out gives as many as it is told to keep, and all of them in their order is no change.',
  async run(subject) {
    const encoder = (await subject.make()) as Encoder;
    const { tokens } = encoder;
    if (tokens === undefined || !tokens.droppable) return;
    const { runtime } = subject;
    const { harness } = await benchOf(subject);
    const count = sizeOf(tokens.grid);
    const few = Math.max(1, Math.floor(count / 2));
    const vars = variablesOf(harness, 1);
    const inputs = filledInputs(harness, rows);
    const keepFirst = (n: number): HostArray => ({
      shape: [rows, n],
      data: Int32Array.from({ length: rows * n }, (_, i) => i % n),
    });
    const encode = runtime.compile('kept-tokens', (up: Parts) => {
      const { keep } = up.inputs;
      const call = {
        values: at(up.inputs, 'values'),
        present: at(up.inputs, 'present'),
        tokens: true,
        ...(keep === undefined ? {} : { keep }),
      };
      const { outputs } = encoder.apply(up, call, contextOf(runtime));
      return { pooled: outputs.pooled, tokens: outputs.tokens as Tensor };
    });
    const ran = (keep?: HostArray) => {
      const up = {
        params: upload(runtime, vars.params),
        state: upload(runtime, vars.state),
        inputs: upload(runtime, { ...inputs, ...(keep === undefined ? {} : { keep }) }),
      };
      const result = encode(up);
      const read = Object.fromEntries(
        Object.entries(result).map(([name, t]) => [
          name,
          { shape: [...t.shape], data: runtime.read(t) },
        ]),
      );
      runtime.dispose(up);
      runtime.dispose(result);
      return read;
    };
    const kept = ran(keepFirst(few))['tokens']?.shape[1];
    ensure(
      kept === tokens.prefix + few,
      `it gives ${kept} tokens where ${few} are kept beside ${tokens.prefix} of its own`,
      'compute the kept tokens only',
    );
    const wrong = differing(ran(keepFirst(count)), ran(), roundOff);
    ensure(
      wrong === undefined,
      `${wrong} between no \`keep\` and keeping all tokens in order`,
      'give each kept token the position that it has in the view',
    );
  },
});

type Parts = {
  readonly params: { readonly [name: string]: Tensor };
  readonly state: { readonly [name: string]: Tensor };
  readonly inputs: { readonly [name: string]: Tensor };
};
