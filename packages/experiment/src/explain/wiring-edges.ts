/** @file Who gives what to whom in a stage, with the shape of one row. */
import { at } from '@dualbeat/core';
import type { Named, Stage, ViewSpec } from '@dualbeat/core';
import type { BuiltStage } from '../build-stage.ts';

export type ExplainedEdge = {
  /** 'views/ecg', 'targets/phenotypes', 'stages/mae', a module ('encoders/ecg'), or 'task' for what it makes itself. */
  readonly from: string;
  readonly to: string;
  /** What is handed over: 'ecg/tokens', 'encoders/ecg'. */
  readonly what: string;
  /** Without B; null: parameters of an earlier stage. */
  readonly shape: readonly number[] | null;
};

export function edgesOf(
  stage: Stage,
  { modules, targets }: BuiltStage,
  specs: Named<ViewSpec>,
): ExplainedEdge[] {
  const { encoders, sharedEncoders, projectors, heads, loss } = modules;
  const encoder = (view: string): string => `encoders/${sharedEncoders[view] ?? view}`;
  const edges: ExplainedEdge[] = [];
  const add = (from: string, to: string, what: string, shape: readonly number[] | null): void =>
    void edges.push({ from, to, what, shape });

  for (const [pattern, { from }] of Object.entries(stage.init))
    add(`stages/${from}`, pattern, pattern, null);
  for (const view of Object.keys(encoders)) {
    const spec = specs[view];
    if (spec !== undefined) add(`views/${view}`, encoder(view), view, spec.shape);
  }
  for (const [name, { width }] of Object.entries(projectors)) {
    const { view } = at(stage.projectors, name, 'projector');
    add(encoder(view), `projectors/${name}`, view, [at(encoders, view, 'encoder').width]);
    if (loss.uses.includes(name)) add(`projectors/${name}`, 'loss', name, [width]);
  }
  for (const [name, head] of Object.entries(heads)) {
    for (const [input, { shape }] of Object.entries(head.inputs)) {
      const [first = '', second = ''] = input.split('/');
      const known = Object.hasOwn(encoders, first) ? encoder(first) : 'task';
      const from = first === 'embeddings' ? `projectors/${second}` : known;
      add(from, `heads/${name}`, input, shape);
    }
    for (const [output, { shape }] of Object.entries(head.outputs))
      if (loss.uses.includes(output)) add(`heads/${name}`, 'loss', output, shape);
  }
  for (const [name, { shape }] of Object.entries(targets))
    add(`targets/${name}`, 'loss', name, shape);
  return edges;
}
