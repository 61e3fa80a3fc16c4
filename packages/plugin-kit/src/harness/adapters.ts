/** @file The four kinds of modules with typed inputs, as harnesses. */
import { at } from '@dualbeat/core';
import type {
  ArraySpec,
  Encoder,
  Head,
  HostArray,
  HostMasked,
  Kinds,
  Loss,
  Named,
  Projector,
} from '@dualbeat/core';
import { randomArray, sizeOf } from '../support/arrays.ts';
import type { Harness } from './harness.ts';

/** Inputs by name where random ones will not do: permutations, class numbers. */
export type InputMakers = Named<(rows: number, random: () => number) => HostArray>;

const allPresent = (rows: number): HostArray => ({
  shape: [rows],
  data: new Uint8Array(rows).fill(1),
});

export function encoderHarness(encoder: Encoder): Harness {
  const { tokens, attention, width } = encoder;
  const count = tokens === undefined ? -1 : tokens.prefix + sizeOf(tokens.grid);
  const float = (shape: readonly number[]): ArraySpec => ({ shape, dtype: 'float32' });
  return {
    ...variables(encoder),
    outputs: {
      pooled: float([width]),
      ...(tokens === undefined ? {} : { tokens: float([count, -1]) }),
      ...(attention === undefined
        ? {}
        : { attention: float([attention.layers, attention.heads, count, count]) }),
    },
    rowwise: true,
    presence: { present: ['values'] },
    inputs: (rows, random) => ({
      values: randomArray([rows, ...encoder.input.shape], encoder.input.dtype, random),
      present: allPresent(rows),
    }),
    apply(vars, inputs, ctx) {
      const { outputs, state } = encoder.apply(
        vars,
        {
          values: at(inputs, 'values'),
          present: at(inputs, 'present'),
          ...(tokens === undefined ? {} : { tokens: true }),
          ...(attention === undefined ? {} : { attention: true }),
        },
        ctx,
      );
      return { outputs: { ...outputs }, state };
    },
  };
}

export function projectorHarness(projector: Projector, from: Kinds['projector']['from']): Harness {
  return {
    ...variables(projector),
    outputs: { embedding: { shape: [projector.width], dtype: 'float32' } },
    rowwise: true,
    presence: { present: ['values'] },
    inputs: (rows, random) => ({
      values: randomArray([rows, from.width], 'float32', random),
      present: allPresent(rows),
    }),
    apply(vars, inputs, ctx) {
      const input = { values: at(inputs, 'values'), present: at(inputs, 'present') };
      const { outputs, state } = projector.apply(vars, input, ctx);
      return { outputs: { embedding: outputs }, state };
    },
  };
}

export function headHarness(head: Head, makers: InputMakers = {}): Harness {
  const names = Object.keys(head.inputs);
  const presence = names.filter((name) => /(^|\/)present$/.test(name));
  const spoken = names.filter((name) => !presence.includes(name));
  return {
    ...variables(head),
    outputs: head.outputs,
    rowwise: true,
    presence: Object.fromEntries(presence.map((name) => [name, spoken])),
    inputs: (rows, random) =>
      Object.fromEntries(
        Object.entries(head.inputs).map(([name, { shape, dtype }]) => [
          name,
          makers[name]?.(rows, random) ?? randomArray([rows, ...shape], dtype, random),
        ]),
      ),
    apply: (vars, inputs, ctx) => head.apply(vars, inputs, ctx),
  };
}

/** What a loss is given, on the host. */
export type HostLossInput = {
  readonly values: Named<HostMasked>;
  readonly targets: Named<HostMasked>;
  readonly subject: Int32Array;
};
export type MakeLossInput = (
  rows: number,
  random: () => number,
) => Partial<Pick<HostLossInput, 'values' | 'targets' | 'subject'>>;

/** Inputs are named 'values/<name>', 'values/<name>/present', 'targets/...', 'subject'. */
export function lossHarness(
  loss: Loss,
  from: Kinds['loss']['from'],
  make: MakeLossInput = () => ({}),
): Harness {
  const masked = (group: string, named: Named<HostMasked>): [string, HostArray][] =>
    Object.entries(named).flatMap(([name, { values, present }]): [string, HostArray][] => [
      [`${group}/${name}`, values],
      [`${group}/${name}/present`, present],
    ]);
  const inputs = (rows: number, random: () => number): Named<HostArray> => {
    const given = make(rows, random);
    const drawn = (specs: Named<ArraySpec>): Named<HostMasked> =>
      Object.fromEntries(
        Object.entries(specs).map(([name, { shape, dtype }]) => [
          name,
          { values: randomArray([rows, ...shape], dtype, random), present: allPresent(rows) },
        ]),
      );
    const subject = given.subject ?? Int32Array.from({ length: rows }, (_, i) => i);
    return {
      ...Object.fromEntries(masked('values', given.values ?? drawn(from.values))),
      ...Object.fromEntries(masked('targets', given.targets ?? drawn(from.targets))),
      subject: { shape: [rows], data: subject },
    };
  };
  const present = Object.keys(inputs(1, () => 0.5)).filter((name) => name.endsWith('/present'));
  return {
    ...variables(loss),
    outputs: null,
    rowwise: false,
    minimumRows: loss.minimumRows ?? 1,
    presence: Object.fromEntries(
      present.map((name) => [name, [name.slice(0, -'/present'.length)]]),
    ),
    inputs,
    apply(vars, named, ctx) {
      const input = {
        values: groupOf(named, 'values'),
        targets: groupOf(named, 'targets'),
        subject: at(named, 'subject'),
      };
      const { outputs, state } = loss.apply(vars, input, ctx);
      return {
        outputs: {
          loss: outputs.loss,
          ...under('parts', outputs.parts),
          ...under('report', outputs.report),
        },
        state,
      };
    },
  };
}

/** A loss's flat inputs as the contract has them. */
export function hostLossInput(inputs: Named<HostArray>): HostLossInput {
  return {
    values: groupOf(inputs, 'values'),
    targets: groupOf(inputs, 'targets'),
    subject: at(inputs, 'subject').data as Int32Array,
  };
}

function groupOf<T>(named: Named<T>, group: string): Named<{ values: T; present: T }> {
  const names = Object.keys(named).filter(
    (name) => name.startsWith(`${group}/`) && !name.endsWith('/present'),
  );
  return Object.fromEntries(
    names.map((name) => [
      name.slice(group.length + 1),
      { values: at(named, name), present: at(named, `${name}/present`) },
    ]),
  );
}

const under = <T>(prefix: string, named: Named<T>): Named<T> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [`${prefix}/${name}`, value]));

const variables = ({ params, state }: Pick<Harness, 'params' | 'state'>) => ({ params, state });
