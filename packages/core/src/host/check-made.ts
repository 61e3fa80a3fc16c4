/** @file Is what a plugin made what its kind asks for, and does it fit what it was told? From declarations alone. */
import { closest } from '../closest.ts';
import type { Kind, Kinds } from '../contracts/component.ts';
import type { Encoder, Head, Loss, Projector } from '../contracts/module.ts';
import type { ArraySpec, Named } from '../contracts/tensor.ts';

/** `made`: the plugin breaks the contract; `wiring`: the experiment joins what does not fit. */
export type MadeFault = {
  readonly of: 'made' | 'wiring';
  readonly cause: string;
  readonly fix?: string;
};

const methods: { readonly [K in Kind]: readonly string[] } = {
  encoder: ['apply'],
  projector: ['apply'],
  head: ['apply'],
  loss: ['apply'],
  task: ['accepts', 'encode', 'objective'],
  optimizer: ['init', 'update'],
  schedule: ['at', 'observe'],
  cohort: ['rows', 'subjects', 'ids', 'read'],
  reader: ['recognises', 'read'],
  transform: ['apply'],
  metric: ['compute'],
  figure: ['draw'],
  'target-set': [],
  callback: ['on'],
  launcher: ['submit', 'poll', 'cancel', 'close'],
  search: ['next'],
  tracker: ['send', 'close'],
};
const modules: ReadonlySet<Kind> = new Set(['encoder', 'projector', 'head', 'loss']);

/** The first thing that is wrong, or null. */
export function checkMade<K extends Kind>(
  kind: K,
  id: string,
  made: unknown,
  from: Kinds[K]['from'],
): MadeFault | null {
  const what = `the ${kind} "${id}"`;
  if (typeof made !== 'object' || made === null)
    return { of: 'made', cause: `made ${String(made)} in place of ${what}` };
  const lacking = methods[kind].filter(
    (name) => typeof (made as { [name: string]: unknown })[name] !== 'function',
  );
  if (lacking.length > 0)
    return { of: 'made', cause: `made ${what} without ${lacking.map((m) => `${m}()`).join(', ')}` };
  if (!modules.has(kind)) return null;
  const variables = variableFault(what, made as Encoder);
  if (variables !== null) return variables;
  const check = checks[kind as keyof typeof checks] as (
    what: string,
    made: unknown,
    from: unknown,
  ) => MadeFault | null;
  return check(what, made, from);
}

const checks = {
  encoder(
    what: string,
    { input, width, pooling, tokens }: Encoder,
    from: Kinds['encoder']['from'],
  ) {
    const told = {
      cause: `made ${what}, which says that its input is ${specText(input)}, of an input ${specText(from.input)}`,
    };
    if (!sameSpec(input, from.input)) return { of: 'made' as const, ...told };
    if (typeof pooling !== 'string')
      return { of: 'made' as const, cause: `made ${what} without the name of its pooling` };
    const grid = tokens === undefined ? [] : [...tokens.grid, ...tokens.patch];
    if (!grid.every(isSize) || (tokens !== undefined && !isCount(tokens.prefix)))
      return {
        of: 'made' as const,
        cause: `made ${what} whose tokens are not described by whole numbers`,
      };
    return widthFault(what, width);
  },
  projector: (what: string, { width }: Projector) => widthFault(what, width),
  head(what: string, { inputs, outputs }: Head, from: Kinds['head']['from']) {
    const wrong = specFault(what, 'inputs', inputs) ?? specFault(what, 'outputs', outputs);
    return wrong ?? inputFault(what, inputs, from.inputs) ?? outputFault(what, outputs, from);
  },
  loss(what: string, { uses, positives }: Loss, from: Kinds['loss']['from']) {
    if (!Array.isArray(uses) || !['row', 'subject'].includes(positives))
      return { of: 'made' as const, cause: `made ${what} without 'uses' or 'positives'` };
    for (const name of uses as readonly string[])
      if (!Object.hasOwn(from.values, name))
        return missing(
          `${what} reads the value '${name}'`,
          name,
          from.values,
          'no head or projector gives it',
        );
    return null;
  },
};

function widthFault(what: string, width: number): MadeFault | null {
  return isSize(width) ? null : { of: 'made', cause: `made ${what} of width ${String(width)}` };
}

function variableFault(what: string, { params, state }: Encoder): MadeFault | null {
  for (const [group, named] of Object.entries({ params, state })) {
    if (typeof named !== 'object' || named === null)
      return { of: 'made', cause: `made ${what} without '${group}'` };
    for (const [name, spec] of Object.entries(named))
      if (
        !isShape(spec?.shape) ||
        typeof spec.init !== 'function' ||
        typeof spec.decay !== 'boolean'
      )
        return {
          of: 'made',
          cause: `made ${what} whose ${group} '${name}' has no shape of whole numbers, 'decay' and init()`,
        };
  }
  return null;
}

function specFault(what: string, group: string, named: Named<ArraySpec>): MadeFault | null {
  if (typeof named !== 'object' || named === null)
    return { of: 'made', cause: `made ${what} without '${group}'` };
  const [name] = Object.entries(named).find(([, spec]) => !isShape(spec?.shape)) ?? [];
  return name === undefined
    ? null
    : { of: 'made', cause: `made ${what} whose ${group} '${name}' has no shape of whole numbers` };
}

function inputFault(
  what: string,
  inputs: Named<ArraySpec>,
  given: Named<ArraySpec>,
): MadeFault | null {
  const roots = new Set(['embeddings', ...Object.keys(given).map((name) => name.split('/')[0])]);
  for (const [name, spec] of Object.entries(inputs)) {
    const there = Object.hasOwn(given, name) ? given[name] : undefined;
    if (there === undefined) {
      // a name of its own is the task's affair: a decoder reads what masking left
      const [first = ''] = name.split('/');
      if (first === name || !roots.has(first)) continue;
      return missing(`${what} reads '${name}'`, name, given, 'no encoder of the stage gives it');
    }
    if (!sameSpec(spec, there))
      return {
        of: 'wiring',
        cause: `${what} wants '${name}' as ${specText(spec)}, and the stage gives it as ${specText(there)}`,
        fix: 'change the options of the head, or those of the encoder',
      };
  }
  return null;
}

/** Numbers and yes/no targets are predicted in their own shape; classes and times are the loss's affair. */
function outputFault(
  what: string,
  outputs: Named<ArraySpec>,
  { targets }: Kinds['head']['from'],
): MadeFault | null {
  for (const [name, { shape }] of Object.entries(outputs)) {
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
    if (target === undefined || !['number', 'binary'].includes(target.type)) continue;
    if (target.shape.join() !== shape.join())
      return {
        of: 'wiring',
        cause: `${what} gives '${name}' as [${shape.join(', ')}], and the target of that name is [${target.shape.join(', ')}] (${target.names.slice(0, 5).join(', ')}${target.names.length > 5 ? ', ...' : ''})`,
        fix: 'use a head or a target set of the other shape',
      };
  }
  return null;
}

function missing(reads: string, name: string, there: Named<ArraySpec>, why: string): MadeFault {
  const near = closest(name, Object.keys(there));
  const listed = Object.entries(there).map(
    ([other, spec]) => `${other} [${spec.shape.join(', ')}]`,
  );
  return {
    of: 'wiring',
    cause: `${reads}, but ${why}; there is: ${listed.join(', ') || 'nothing'}`,
    fix: near === undefined ? 'use one of these names' : `did you mean '${near}'?`,
  };
}

function sameSpec(a: ArraySpec, b: ArraySpec): boolean {
  return isShape(a?.shape) && a.shape.join() === b.shape.join() && a.dtype === b.dtype;
}
function specText(spec: ArraySpec | undefined): string {
  return isShape(spec?.shape) ? `[${spec?.shape.join(', ')}] ${spec?.dtype}` : 'nothing';
}
function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every(isSize);
}
function isSize(size: unknown): boolean {
  return Number.isSafeInteger(size) && (size as number) > 0;
}
function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) >= 0;
}
