/** @file Patterns over parameter names that match none. */
import { closest } from '@dualbeat/core';
import type { Fault, Stage } from '@dualbeat/core';
import { matcher } from '@dualbeat/training';

/** Of `freeze.params`, `freeze.until` and `optimizer.groups`. */
export function patternFaults(name: string, stage: Stage, params: readonly string[]): Fault[] {
  const { freeze, optimizer } = stage;
  const listed = (patterns: readonly string[], ...path: string[]) =>
    patterns.map((pattern, i) => ({ pattern, path: [...path, String(i)] }));
  const all = [
    ...listed(freeze.params, 'freeze', 'params'),
    ...freeze.until.flatMap((one, i) => listed(one.params, 'freeze', 'until', String(i), 'params')),
    ...Object.keys(optimizer.groups).map((pattern) => ({
      pattern,
      path: ['optimizer', 'groups', pattern],
    })),
  ];
  return all.flatMap(({ pattern, path }): Fault[] => {
    if (params.some(matcher(pattern))) return [];
    const modules = [...new Set(params.map((param) => param.split('/').slice(0, 2).join('/')))];
    const plain = pattern.replaceAll('*', '').replace(/\/+$/, '');
    const kinds = modules.map((module) => module.split('/')[0] as string);
    const near = closest(plain, [...modules, ...kinds]);
    const suggestion = modules.includes(plain) ? undefined : near;
    return [
      {
        code: 'E_PATTERN',
        path: ['stages', name, ...path],
        cause: `the pattern '${pattern}' matches none of the stage's ${params.length} parameters; it has: ${modules.map((module) => `${module}/**`).join(', ')}`,
        fix:
          suggestion === undefined
            ? 'use a pattern over these'
            : `did you mean '${suggestion}/**'?`,
      },
    ];
  });
}
