/** @file Checks of optimisers: state and updates by name, groups, descent. */
import { at, hostRandom } from '@dualbeat/core';
import type { HostArray, Named, Optimizer, Tensor, VariableSpec } from '@dualbeat/core';
import { bitsDiffering, differing, notFinite } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject, RuntimeSubject } from '../check.ts';
import { runtimeOf } from '../modes.ts';
import { resolvedOptions } from '../resolved-options.ts';
import { fixtureRows, viewsOf } from '../stage/stage-fixture.ts';
import type { StageFixture } from '../stage/stage-fixture.ts';
import { tinyEncoder, tinyLoss } from '../stage/tiny.ts';
import { distance, randomArray, sizeOf } from '../support/arrays.ts';
import { upload } from '../support/runtime-tests.ts';
import { resumeCheck } from './resume.ts';

export type OptimizerOf = {
  /** A scalar parameter in double precision: its value after each step, from the gradients given. */
  readonly reference?: (of: {
    readonly options: Named<unknown>;
    readonly start: number;
    readonly gradients: readonly number[];
    readonly learningRate: number;
    /** The variable's declaration asks for weight decay. */
    readonly decay: boolean;
  }) => readonly number[];
};
export type OptimizerCase = CaseSubject<'optimizer', OptimizerOf>;
export type OptimizerSubject = RuntimeSubject<'optimizer', OptimizerOf>;

const spec = (shape: readonly number[], decay: boolean): VariableSpec => ({
  shape,
  decay,
  init: (random) => Float32Array.from({ length: sizeOf(shape) }, () => random() - 0.5),
});
const specs: Named<VariableSpec> = {
  'a/weight': spec([3, 2], true),
  'a/bias': spec([2], false),
  'b/weight': spec([4], true),
  c: spec([], false),
};

const init = (of: Named<VariableSpec>): Named<HostArray> =>
  Object.fromEntries(
    Object.entries(of).map(([name, one]) => [
      name,
      { shape: one.shape, data: one.init(hostRandom(1, name)) },
    ]),
  );
const drawn = (seed: number, scale = 1): Named<HostArray> =>
  Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const { data } = randomArray(shape, 'float32', hostRandom(seed, `gradient/${name}`));
      return [name, { shape, data: (data as Float32Array).map((x) => x * scale) }];
    }),
  );
type Groups = Named<{ readonly learningRate: number; readonly decay: number }>;
const groupsOf = (of: Partial<Groups[string]> = {}): Groups =>
  Object.fromEntries(
    Object.entries(specs).map(([name, { decay }]) => [
      name,
      { learningRate: 1, decay: decay ? 1 : 0, ...of },
    ]),
  );

type Moved = { readonly params: Named<HostArray>; readonly state: Named<HostArray> };

/** One optimiser on a runtime, in host arrays; one trace per set of names and groups. */
function bench({ runtime }: OptimizerSubject, optimizer: Optimizer) {
  const compiled = new Map<string, (...args: never[]) => { params: Named; state: Named }>();
  return (
    grads: Named<HostArray>,
    from: Moved,
    of: { readonly step?: number; readonly rate?: number; readonly groups?: Groups } = {},
  ): Moved => {
    const { step = 1, rate = 0.1, groups = groupsOf() } = of;
    const key = JSON.stringify([Object.keys(from.params), groups]);
    const update =
      compiled.get(key) ??
      (runtime.compile(
        'update',
        (g: Named, s: Named, p: Named, now: Named) =>
          optimizer.update(
            g,
            s,
            p,
            { step: at(now, 'step'), learningRate: at(now, 'rate') },
            groups,
            runtime.tf,
          ) as { params: Named; state: Named },
      ) as never);
    compiled.set(key, update);
    const up = [grads, from.state, from.params].map((one) => upload(runtime, one));
    const now = upload(runtime, {
      step: { shape: [], data: Int32Array.of(step) },
      rate: { shape: [], data: Float32Array.of(rate) },
    });
    const result = (update as (...args: Named[]) => { params: Named; state: Named })(...up, now);
    const read = (named: Named): Named<HostArray> =>
      Object.fromEntries(
        Object.entries(named).map(([name, t]: [string, Tensor]) => [
          name,
          { shape: [...t.shape], data: runtime.read(t) },
        ]),
      );
    const moved = { params: read(result.params), state: read(result.state) };
    for (const tree of [...up, now, result]) runtime.dispose(tree);
    return moved;
  };
}

const start = (optimizer: Optimizer, of: Named<VariableSpec> = specs): Moved => ({
  params: init(of),
  state: init(optimizer.init(of)),
});
const pick = <T>(named: Named<T>, wanted: (name: string) => boolean): Named<T> =>
  Object.fromEntries(Object.entries(named).filter(([name]) => wanted(name)));

export const optimizerState = defineCheck<OptimizerCase>({
  name: 'optimizer-state',
  states:
    'State is declared by parameter name, the same each time, and that of some parameters is a part of that of all.',
  async run({ make }) {
    const optimizer = await make();
    const list = (of: Named<VariableSpec>) =>
      Object.entries(of).map(([name, { shape }]) => `${name} [${shape.join(', ')}]`);
    const all = list(optimizer.init(specs));
    const again = list((await make()).init(specs));
    ensure(
      all.join() === again.join(),
      `init gives ${all.join(', ')} and the second time ${again.join(', ')}`,
      'derive the state from the names and shapes of the parameters',
    );
    const some = list(optimizer.init(pick(specs, (name) => !name.startsWith('a/'))));
    const strange = some.filter((entry) => !all.includes(entry));
    ensure(
      strange.length === 0,
      `init of two parameters gives ${strange.join(', ')}, which init of all does not`,
      "name state after its parameter: 'm/a/weight'",
    );
  },
});

export const optimizerUpdate = defineCheck<OptimizerSubject>({
  name: 'optimizer-update',
  states:
    'An update gives every parameter and state entry in its shape, finite also for zero and huge gradients, and the same bits each time.',
  async run(subject) {
    const optimizer = await subject.make();
    const update = bench(subject, optimizer);
    const from = start(optimizer);
    for (const [what, scale] of [
      ['random', 1],
      ['zero', 0],
      ['huge', 1e6],
    ] as const) {
      const moved = update(drawn(1, scale), from);
      for (const of of ['params', 'state'] as const) {
        const shapes = (named: Named<HostArray>) =>
          Object.keys(named)
            .sort()
            .map((name) => `${name} [${(named[name] as HostArray).shape.join(', ')}]`)
            .join(', ');
        ensure(
          shapes(moved[of]) === shapes(from[of]),
          `${of} go in as ${shapes(from[of])} and come out as ${shapes(moved[of])}`,
          'give every entry back in its shape',
        );
        const wrong = notFinite(moved[of]);
        ensure(
          wrong === undefined,
          `${of} ${wrong} after ${what} gradients`,
          'bound what is divided by',
        );
      }
      const again = update(drawn(1, scale), from);
      const wrong =
        bitsDiffering(again.params, moved.params) ?? bitsDiffering(again.state, moved.state);
      ensure(
        wrong === undefined,
        `${wrong} between two equal updates`,
        'keep nothing between calls',
      );
    }
  },
});

export const optimizerByName = defineCheck<OptimizerSubject>({
  name: 'optimizer-by-name',
  states: 'A parameter moves the same whatever others there are, and in whatever order they come.',
  async run(subject) {
    const optimizer = await subject.make();
    const update = bench(subject, optimizer);
    const all = start(optimizer);
    const second = (from: Moved, grads: (seed: number) => Named<HostArray>) =>
      update(grads(2), update(grads(1), from), { step: 2 });
    const together = second(all, (seed) => drawn(seed));
    const mine = (name: string): boolean => name.startsWith('b/');
    const alone = second(start(optimizer, pick(specs, mine)), (seed) => pick(drawn(seed), mine));
    const apart = differing(alone.params, pick(together.params, mine), 1e-6);
    ensure(
      apart === undefined,
      `${apart} between b/weight alone and among others`,
      'keep state by name, never by place',
    );
    const reversed = <T>(named: Named<T>): Named<T> =>
      Object.fromEntries(Object.entries(named).reverse());
    const turned = second({ params: reversed(all.params), state: reversed(all.state) }, (seed) =>
      reversed(drawn(seed)),
    );
    const order = differing(turned.params, together.params, 1e-6);
    ensure(
      order === undefined,
      `${order} when the parameters come in another order`,
      'keep state by name, never by place',
    );
  },
});

export const optimizerGroups = defineCheck<OptimizerSubject>({
  name: 'optimizer-groups',
  states:
    'A learning rate or factor of 0 moves nothing; without decay, zero gradients move nothing from a fresh state.',
  async run(subject) {
    const optimizer = await subject.make();
    const update = bench(subject, optimizer);
    const from = start(optimizer);
    for (const [what, moved] of [
      ['a learning rate of 0', update(drawn(1), from, { rate: 0 })],
      ['the factor 0', update(drawn(1), from, { groups: groupsOf({ learningRate: 0 }) })],
      [
        'zero gradients and the decay factor 0',
        update(drawn(1, 0), from, { groups: groupsOf({ decay: 0 }) }),
      ],
    ] as const) {
      const wrong = bitsDiffering(moved.params, from.params);
      ensure(
        wrong === undefined,
        `${wrong} after an update with ${what}`,
        "multiply the step by the learning rate and by the parameter's factors",
      );
    }
  },
});

export const optimizerDescends = defineCheck<OptimizerSubject>({
  name: 'optimizer-descends',
  states: '20 steps reduce the sum of squares at some learning rate.',
  async run(subject) {
    const optimizer = await subject.make();
    const update = bench(subject, optimizer);
    const value = ({ params }: Moved): number =>
      Object.values(params).reduce(
        (total, { data }) => (data as Float32Array).reduce((sum, x) => sum + x * x, total),
        0,
      );
    const tried: string[] = [];
    for (const rate of [0.1, 0.01, 1e-3]) {
      let now = start(optimizer);
      const before = value(now);
      for (let step = 1; step <= 20; step++) {
        const grads = Object.fromEntries(
          Object.entries(now.params).map(([name, { shape, data }]) => [
            name,
            { shape, data: (data as Float32Array).map((x) => 2 * x) },
          ]),
        );
        now = update(grads, now, { step, rate, groups: groupsOf({ decay: 0 }) });
      }
      if (value(now) < before) return;
      tried.push(`${rate}: ${before.toPrecision(4)} -> ${value(now).toPrecision(4)}`);
    }
    ensure(false, `20 steps do not descend (${tried.join('; ')})`, 'check the sign of the step');
  },
});

export const optimizerReference = defineCheck<OptimizerSubject>({
  name: 'optimizer-reference',
  everyCase: true,
  states: 'Five steps of a scalar equal the reference in double precision.',
  unfit: ({ of }) => (of.reference === undefined ? 'no `reference` is given' : undefined),
  async run(subject) {
    const optimizer = await subject.make();
    const update = bench(subject, optimizer);
    const gradients = [0.5, -0.25, 2, 0, 0.125];
    const learningRate = 0.01;
    for (const decay of [false, true]) {
      const name = 'x';
      const of = { [name]: spec([], decay) };
      const groups = { [name]: { learningRate: 1, decay: decay ? 1 : 0 } };
      let now = start(optimizer, of);
      const first = (now.params[name] as HostArray).data[0] as number;
      const found = gradients.map((gradient, i) => {
        const grads = { [name]: { shape: [], data: Float32Array.of(gradient) } };
        now = update(grads, now, { step: i + 1, rate: learningRate, groups });
        return (now.params[name] as HostArray).data[0] as number;
      });
      const options = resolvedOptions(subject);
      const wanted =
        subject.of.reference?.({ options, start: first, gradients, learningRate, decay }) ?? [];
      ensure(
        distance(found, wanted) < 2e-6,
        `five steps${decay ? ' with decay' : ''} give ${found.map((x) => x.toPrecision(7)).join(', ')}, the reference ${wanted.map((x) => x.toPrecision(7)).join(', ')}`,
        'correct the one that is wrong',
      );
    }
  },
});

export const optimizerCompiled = defineCheck<OptimizerSubject>({
  name: 'compiled-as-eager',
  everyCase: true,
  states: 'Compiled updates equal those of the same ops run one by one.',
  unfit: ({ mode }) => (mode === 'tf' ? undefined : 'nothing is compiled here'),
  async run(subject) {
    const results = [];
    for (const mode of ['tf', 'tf eager'] as const) {
      const optimizer = await subject.make();
      const update = bench({ ...subject, mode, runtime: await runtimeOf(mode) }, optimizer);
      results.push(update(drawn(2), update(drawn(1), start(optimizer)), { step: 2 }));
    }
    const [compiled, eager] = results as [Moved, Moved];
    const wrong = differing(compiled.params, eager.params, 1e-5);
    ensure(
      wrong === undefined,
      `${wrong} between compiled and eager`,
      'take the step from `at.step`: a counter on the host is frozen into a trace',
    );
  },
});

export const optimizerNoGrowth = defineCheck<OptimizerSubject>({
  name: 'no-growth',
  states: 'After 50 updates no tensor is left.',
  async run(subject) {
    const optimizer = await subject.make();
    const update = bench(subject, optimizer);
    let now = update(drawn(1), start(optimizer));
    const before = subject.runtime.liveTensors();
    for (let step = 2; step < 52; step++) now = update(drawn(step), now, { step });
    const grown = subject.runtime.liveTensors() - before;
    ensure(grown === 0, `${grown} tensors are left after 50 updates`, 'do not keep tensors');
  },
});

async function optimizerStage(subject: OptimizerSubject): Promise<StageFixture> {
  const random = hostRandom(2, 'kit/stage');
  const view = { shape: [3], dtype: 'float32' as const };
  const inputs = { x: randomArray([fixtureRows, 3], 'float32', random) };
  const rows = viewsOf(inputs, fixtureRows);
  const target = randomArray([fixtureRows, 2], 'float32', random);
  const present = { shape: [fixtureRows], data: new Uint8Array(fixtureRows).fill(1) };
  return {
    rows: { ...rows, targets: { y: { values: target, present } } },
    modules: {
      encoders: { x: tinyEncoder(view, 2) },
      sharedEncoders: {},
      projectors: {},
      heads: {},
      loss: tinyLoss(['y']),
      optimizer: await subject.make(),
      task: {
        accepts: () => true,
        encode: (model, { views }) => ({ y: model.encode('x', at(views, 'x')).pooled }),
        objective(model, encoded, { views, targets, subject: of }) {
          const values = { y: { values: at(encoded, 'y'), present: at(views, 'x').present } };
          return { ...model.loss({ values, targets, subject: of }), outputs: {} };
        },
      },
    },
  };
}

export const optimizerResume = resumeCheck<OptimizerSubject>(optimizerStage);
