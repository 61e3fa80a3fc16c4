/** @file Does what a stage starts from fit: names and shapes of the earlier stage's declared parameters. */
import { closest } from '@dualbeat/core';
import type { Fault, Named, Stage, VariableSpec } from '@dualbeat/core';
import { stageVariables } from '@dualbeat/training';
import type { BuiltStage } from '../build-stage.ts';
import { initMatcher, initNames } from './init-names.ts';

type Variables = { readonly [name: string]: VariableSpec };
const most = 3;

/** `built`: the stages before this one. */
export function initFaults(
  name: string,
  stage: Stage,
  own: BuiltStage,
  built: Named<BuiltStage>,
): Fault[] {
  const mine = variablesOf(own);
  return Object.entries(stage.init).flatMap(([pattern, { from }]): Fault[] => {
    const source = built[from];
    if (source === undefined) return [];
    const theirs = variablesOf(source);
    const path = ['stages', name, 'init', pattern];
    const names = initNames(pattern, Object.keys(mine), Object.keys(theirs));
    if (names.length === 0)
      return [{ code: 'E_INIT_PATTERN', path, ...nothing(pattern, name, mine, from, theirs) }];
    const unfit = names.filter((one) => shape(mine[one]) !== shape(theirs[one]));
    if (unfit.length === 0) return [];
    const listed = unfit
      .slice(0, most)
      .map((one) => `${one} is ${shape(theirs[one])} there and ${shape(mine[one])} here`);
    const more = unfit.length > most ? `; and ${unfit.length - most} more` : '';
    return [
      {
        code: 'E_INIT_SHAPE',
        path,
        cause: `parameters of the stage '${from}' have other shapes: ${listed.join('; ')}${more}`,
        fix: `give the module the options that it has in '${from}', or take over less`,
      },
    ];
  });
}

function variablesOf({ modules }: BuiltStage): Variables {
  const { params, state } = stageVariables(modules);
  return { ...params, ...state };
}

function nothing(
  pattern: string,
  name: string,
  mine: Variables,
  from: string,
  theirs: Variables,
): Pick<Fault, 'cause' | 'fix'> {
  const means = initMatcher(pattern);
  const here = Object.keys(mine).some(means);
  const there = Object.keys(theirs).some(means);
  const which = here
    ? `the stage '${from}' has no parameters`
    : there
      ? `this stage has no parameters`
      : 'neither stage has parameters';
  const modules = modulesOf(here ? theirs : mine);
  const both = modulesOf(mine).filter((one) => modulesOf(theirs).includes(one));
  const near = closest(pattern, both);
  return {
    cause: `${which} '${pattern}'; ${here ? `'${from}'` : `'${name}'`} has: ${modules.join(', ') || 'none'}`,
    fix:
      near === undefined
        ? `both stages have: ${both.join(', ') || 'nothing'}`
        : `did you mean '${near}'?`,
  };
}

/** 'encoders/ecg', 'heads/decoder', 'loss'. */
function modulesOf(variables: Variables): string[] {
  return [
    ...new Set(
      Object.keys(variables).map((name) =>
        name.startsWith('loss/') ? 'loss' : name.split('/').slice(0, 2).join('/'),
      ),
    ),
  ];
}

function shape(spec: VariableSpec | undefined): string {
  return `[${spec?.shape.join(', ')}]`;
}
