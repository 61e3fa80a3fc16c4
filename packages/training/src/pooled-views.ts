/** @file Which views of a stage are read through pooled features alone: only those can be replaced by stored features. */
import type { ArraySpec, Encoder, Masked, Named, Runtime, Tensor } from '@dualbeat/core';
import { keyOf } from '@dualbeat/core';
import { bindModel } from './bind-model.ts';
import { initialise } from './initialise.ts';
import { mapNamed } from './named.ts';
import { stageVariables } from './stage-modules.ts';
import type { StageModules } from './stage-modules.ts';
import { stepContext } from './step-context.ts';

const rows = 2;

/**
 * Walks the task once with two empty rows and encoders that give zeros, and watches what it reads. A view is left out where the
 * task asks its encoder for tokens, attention or a part of the tokens, or reads the view's values itself; where the walk fails, all
 * are (an empty result costs time, never correctness).
 */
export function pooledViews(
  runtime: Runtime,
  modules: StageModules,
  views: Named<ArraySpec>,
  targets: Named<ArraySpec>,
): ReadonlySet<string> {
  // Targets say their presence value by value or row by row; a task may take one form only.
  for (const byValue of [true, false]) {
    const found = walkOnce(runtime, modules, views, targets, byValue);
    if (found !== null) return found;
  }
  return new Set();
}

/** null where the task fails on such rows. */
function walkOnce(
  runtime: Runtime,
  modules: StageModules,
  views: Named<ArraySpec>,
  targets: Named<ArraySpec>,
  byValue: boolean,
): ReadonlySet<string> | null {
  const asked = new Set<string>();
  const read = new Map<string, number>();
  const encoded = new Map<string, number>();
  const { tf } = runtime;
  const watched = mapNamed(modules.encoders, (encoder, view) =>
    zeroEncoder(tf, encoder, (more) => {
      encoded.set(view, (encoded.get(view) ?? 0) + 1);
      if (more) asked.add(view);
    }),
  );
  const walk = (): void => {
    const own = { ...modules, encoders: watched };
    const specs = stageVariables(own);
    const upload = (named: ReturnType<typeof initialise>): Named =>
      mapNamed(named, (array) => runtime.tensor(array, 'float32'));
    const vars = {
      params: upload(initialise(specs.params, 0)),
      state: upload(initialise(specs.state, 0)),
    };
    const inputs = {
      key: tf.tensor(keyOf(0), [2], 'int32'),
      step: tf.scalar(0, 'int32'),
      firstRow: tf.scalar(0, 'int32'),
      progress: tf.scalar(0),
    };
    const ctx = stepContext(runtime, inputs, { stage: 'walk', mode: 'eval', frozen: () => false });
    const model = bindModel(own, vars, ctx);
    const batch = {
      views: mapNamed(views, (spec, view) =>
        counting(emptyRows(runtime, spec, false), () => read.set(view, (read.get(view) ?? 0) + 1)),
      ),
      targets: mapNamed(targets, (spec) => emptyRows(runtime, spec, byValue)),
      subject: tf.tensor([0, 1], [rows], 'int32'),
    };
    modules.task.objective(model, modules.task.encode(model, batch, ctx), batch, ctx);
  };
  try {
    tf.tidy(() => walk());
  } catch {
    return null;
  }
  const once = (view: string): boolean => read.get(view) === encoded.get(view);
  return new Set(
    Object.keys(views).filter((view) => once(view) && !asked.has(view) && read.has(view)),
  );
}

/** Gives zeros of the right shapes; `called` hears whether more than pooled features was asked for. */
function zeroEncoder(
  tf: Runtime['tf'],
  encoder: Encoder,
  called: (more: boolean) => void,
): Encoder {
  const { width, tokens, attention } = encoder;
  return {
    ...encoder,
    params: {},
    state: {},
    apply(_vars, { keep, tokens: wantsTokens, attention: wantsAttention }) {
      called(keep !== undefined || wantsTokens === true || wantsAttention === true);
      const all = (tokens?.grid ?? []).reduce((a, b) => a * b, 1);
      const count = (tokens?.prefix ?? 0) + (keep?.shape[1] ?? all);
      const { layers = 1, heads = 1 } = attention ?? {};
      return {
        outputs: {
          pooled: tf.zeros([rows, width]),
          ...(wantsTokens === true ? { tokens: tf.zeros([rows, count, width]) } : {}),
          ...(wantsAttention === true
            ? { attention: tf.zeros([rows, layers, heads, count, count]) }
            : {}),
        },
        state: {},
      };
    },
  };
}

/** All rows there, all values zero. */
function emptyRows({ tf }: Runtime, { shape, dtype }: ArraySpec, byValue: boolean): Masked {
  const values = tf.zeros([rows, ...shape], dtype);
  return { values, present: tf.ones(byValue ? [rows, ...shape] : [rows], 'bool') };
}

function counting({ values, present }: Masked, read: () => void): Masked {
  return {
    get values(): Tensor {
      read();
      return values;
    },
    present,
  };
}
