/** @file The suites of encoders, projectors, heads and losses. */
import type { HostArray, Named } from '@dualbeat/core';
import type { Case, Check, PluginLike } from '../check.ts';
import { keptTokens } from '../checks/kept-tokens.ts';
import { limits, pairing, partsAddUp, rowOrder, symmetric } from '../checks/loss-algebra.ts';
import type { LossOf } from '../checks/loss-algebra.ts';
import { moduleChecks, rowChecks } from '../checks/module-checks.ts';
import { createTouchesNothing } from '../checks/no-side-effects.ts';
import { packageChecks } from '../checks/package-checks.ts';
import { stableVariables } from '../checks/stable-variables.ts';
import { hostLossInput } from '../harness/adapters.ts';
import type { HostLossInput, InputMakers, MakeLossInput } from '../harness/adapters.ts';
import type { ModuleKind, ModuleOf, ReferenceInput } from '../harness/module-subject.ts';
import { makeSuite } from '../suite.ts';
import type { Suite, SuiteOptions } from '../suite.ts';

type Shared = Pick<ModuleOf, 'golden' | 'unused' | 'finiteDifferences'>;
type WithReference = {
  /** Outputs by name in plain numbers, computed in double precision. */
  readonly reference?: (of: ReferenceInput) => Named<ArrayLike<number>>;
};

export type EncoderSuite = SuiteOptions<Case<'encoder'>> & Shared & WithReference;
export type ProjectorSuite = SuiteOptions<Case<'projector'>> & Shared & WithReference;
export type HeadSuite = SuiteOptions<Case<'head'> & { readonly inputs?: InputMakers }> &
  Shared &
  WithReference & {
    /** Inputs by name where standard normal floats, ones (bool) or zeros (int32) will not do. */
    readonly inputs?: InputMakers;
  };
/** What a reference of a loss is given beside the options (with defaults) and parameters. */
export type LossReferenceInput = HostLossInput & {
  readonly options: Named<unknown>;
  readonly params: Named<HostArray>;
};
export type LossSuite = SuiteOptions<Case<'loss'> & { readonly inputs?: MakeLossInput }> &
  Omit<Shared, 'finiteDifferences'> &
  Pick<LossOf, 'symmetric' | 'pairing' | 'limits'> & {
    /** The loss in double precision: closed form or plain loops. Required, or excluded with a reason. */
    readonly reference?: (of: LossReferenceInput) => number;
    /** Values and targets where standard normal ones, present in every row, will not do. */
    readonly inputs?: MakeLossInput;
  };

const component = packageChecks;
const cases = [createTouchesNothing, stableVariables];

function suiteOf<K extends ModuleKind>(
  kind: K,
  plugin: PluginLike,
  options: SuiteOptions<Case<K>>,
  runtimes: readonly Check<never>[],
): Suite {
  return makeSuite(kind, plugin, options, { component, cases, runtimes });
}

const withReference = <O extends WithReference>({ reference, ...options }: O) => ({
  ...options,
  ...(reference === undefined ? {} : { expected: reference }),
});

export function encoderSuite(plugin: PluginLike, options: EncoderSuite): Suite {
  const checks = [...moduleChecks, ...rowChecks, keptTokens];
  return suiteOf('encoder', plugin, withReference(options), checks);
}

export function projectorSuite(plugin: PluginLike, options: ProjectorSuite): Suite {
  return suiteOf('projector', plugin, withReference(options), [...moduleChecks, ...rowChecks]);
}

export function headSuite(plugin: PluginLike, options: HeadSuite): Suite {
  return suiteOf('head', plugin, withReference(options), [...moduleChecks, ...rowChecks]);
}

export function lossSuite(plugin: PluginLike, { reference, ...options }: LossSuite): Suite {
  const expected =
    reference === undefined
      ? {}
      : {
          expected: ({ inputs, params, options: filled }: ReferenceInput) => ({
            loss: reference({ ...hostLossInput(inputs), params, options: filled }),
          }),
        };
  const checks = [...moduleChecks, partsAddUp, rowOrder, symmetric, pairing, limits];
  return suiteOf('loss', plugin, { ...options, ...expected }, checks);
}
