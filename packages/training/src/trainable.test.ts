import { describe, expect, it } from 'vitest';
import type { VariableSpec } from '@dualbeat/core';
import { matcher, optimizerGroups, splitFrozen } from './trainable.ts';

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
