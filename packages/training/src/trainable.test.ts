import { describe, expect, it } from 'vitest';
import type { VariableSpec } from '@dualbeat/core';
import {
  freezePhases,
  layersAbove,
  matcher,
  optimizerGroups,
  phaseOf,
  splitFrozen,
  trainsSince,
} from './trainable.ts';

const spec = (decay: boolean): VariableSpec => ({
  shape: [1],
  decay,
  init: () => new Float32Array(1),
});
const params = {
  'encoders/ecg/cls': spec(true),
  'encoders/ecg/blocks/0/bias': spec(false),
  'encoders/ed/stem/weight': spec(true),
  'loss/temperature': spec(false),
};

describe('freezing by pattern', () => {
  it('matches whole names: ** any parts, * one', () => {
    expect(matcher('encoders/ecg/**')('encoders/ecg/blocks/0/bias')).toBe(true);
    expect(matcher('encoders/*/cls')('encoders/ecg/cls')).toBe(true);
    expect(matcher('encoders/*')('encoders/ecg/cls')).toBe(false);
    expect(matcher('encoders/e.g/cls')('encoders/ecg/cls')).toBe(false); // a dot is a dot
    expect(matcher('cls')('encoders/ecg/cls')).toBe(false);
  });

  it('splits the parameters', () => {
    const { trainable, frozen } = splitFrozen(params, ['encoders/ecg/**', '**/bias']);
    expect([...frozen]).toEqual(['encoders/ecg/cls', 'encoders/ecg/blocks/0/bias']);
    expect([...trainable]).toEqual(['encoders/ed/stem/weight', 'loss/temperature']);
  });

  it('refuses a pattern that matches nothing', () => {
    expect(() => splitFrozen(params, ['encoders/ecg/clss'])).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PATTERN: encoders/ecg/clss: this pattern matches none of the stage's 4 parameters (encoders/ecg/cls, encoders/ecg/blocks/0/bias, encoders/ed/stem/weight, loss/temperature). Fix: did you mean "encoders/ecg/cls"?]`,
    );
    expect(() => splitFrozen(params, ['heads/**'])).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_PATTERN: heads/**: this pattern matches none of the stage's 4 parameters (encoders/ecg/cls, encoders/ecg/blocks/0/bias, encoders/ed/stem/weight, loss/temperature). Fix: use patterns like encoders/ecg/**; \`dualbeat explain\` lists the parameters.]`,
    );
  });

  it('tells the optimiser what decays', () => {
    expect(optimizerGroups(params)['loss/temperature']).toEqual({ learningRate: 1, decay: 0 });
    expect(optimizerGroups(params)['encoders/ecg/cls']).toEqual({ learningRate: 1, decay: 1 });
  });
});

describe('groups of the optimiser', () => {
  it('multiply where several patterns match, in any order', () => {
    const groups = {
      'encoders/**': { learningRate: 0.1 },
      '**/cls': { learningRate: 0.5, decay: 0 },
    };
    const factors = optimizerGroups(params, { groups });
    expect(factors['encoders/ecg/cls']).toEqual({ learningRate: 0.05, decay: 0 });
    expect(factors['encoders/ed/stem/weight']).toEqual({ learningRate: 0.1, decay: 1 });
    expect(factors['loss/temperature']).toEqual({ learningRate: 1, decay: 0 });
    const turned = Object.fromEntries(Object.entries(groups).reverse());
    expect(optimizerGroups(params, { groups: turned })).toEqual(factors);
    expect(() => optimizerGroups(params, { groups: { 'heads/**': {} } })).toThrow(/^E_PATTERN/);
  });

  it('layer decay: decay^(L + 1 - i) for layer i of L blocks, 1 outside of encoders (paper.md 5.7)', () => {
    const names = [
      'encoders/ecg/cls',
      'encoders/ecg/patch/weight',
      ...[0, 1, 2].flatMap((i) => [
        `encoders/ecg/blocks/${i}/qkv`,
        `encoders/ecg/blocks/${i}/mlp/0/w`,
      ]),
      'encoders/ecg/norm/weight',
      'encoders/cnn/weight',
      'heads/h/weight',
    ];
    const specs = Object.fromEntries(names.map((name) => [name, spec(true)]));
    const rate = (name: string): number | undefined =>
      optimizerGroups(specs, { layerDecay: 0.5 })[name]?.learningRate;
    expect(rate('encoders/ecg/cls')).toBe(0.5 ** 4);
    expect(rate('encoders/ecg/patch/weight')).toBe(0.5 ** 4);
    expect(rate('encoders/ecg/blocks/0/mlp/0/w')).toBe(0.5 ** 3);
    expect(rate('encoders/ecg/blocks/2/qkv')).toBe(0.5);
    expect(rate('encoders/ecg/norm/weight')).toBe(1);
    expect(rate('encoders/cnn/weight')).toBe(1);
    expect(rate('heads/h/weight')).toBe(1);
    expect(layersAbove(['heads/h/weight'])).toEqual({});
  });
});

describe('unfreezing', () => {
  const until = [
    { params: ['encoders/ecg/**'], epoch: 2 },
    { params: ['encoders/ecg/cls', 'encoders/ed/**'], epoch: 5 },
  ];
  it('has one phase per epoch at which something thaws; the latest word on a parameter holds', () => {
    const phases = freezePhases(params, { params: ['loss/**'], until });
    expect(phases.map(({ fromEpoch }) => fromEpoch)).toEqual([0, 2, 5]);
    expect(phases.map(({ frozen }) => [...frozen].toSorted())).toEqual([
      [
        'encoders/ecg/blocks/0/bias',
        'encoders/ecg/cls',
        'encoders/ed/stem/weight',
        'loss/temperature',
      ],
      ['encoders/ecg/cls', 'encoders/ed/stem/weight', 'loss/temperature'],
      ['loss/temperature'],
    ]);
    expect([0, 1, 2, 4, 5, 99].map((epoch) => phaseOf(phases, epoch))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(trainsSince(phases, 10)).toEqual({
      'encoders/ecg/blocks/0/bias': 20,
      'encoders/ecg/cls': 50,
      'encoders/ed/stem/weight': 50,
    });
  });

  it('without a schedule there is one phase', () => {
    expect(freezePhases(params, { params: [] })).toEqual([{ fromEpoch: 0, frozen: new Set() }]);
    expect(trainsSince(freezePhases(params, { params: ['loss/**'] }), 10)).toEqual({});
    expect(() =>
      freezePhases(params, { params: [], until: [{ params: ['x'], epoch: 1 }] }),
    ).toThrow(/^E_PATTERN/);
  });
});
