/** @file A plan for people: records, views, and of each stage its modules, wiring, parameters and memory. */
import type { ExplainedStage, PlanExplanation, RunPlan } from '@dualbeat/experiment';
import { say } from '../say.ts';

export function printPlan(plan: RunPlan, explained: PlanExplanation): void {
  const { train, val, test } = explained.rows;
  say('');
  say(`records: ${train} train, ${val} val, ${test} test`);
  for (const [name, { from, spec, chain }] of Object.entries(plan.views)) {
    const through = chain.map((link) => link.name).join(' -> ');
    const axes = spec.axes.map((axis, i) => `${spec.shape[i]} ${axis.name}`).join(' x ');
    const way = `${from}${through === '' ? '' : ` -> ${through}`}`;
    say(`view ${name}: ${way} -> ${axes}, ${spec.dtype}, ${spec.unit}`);
  }
  for (const stage of explained.stages) printStage(stage);
  say('');
  say(`trial ${explained.trial}, seed ${explained.seed}`);
}

function printStage(stage: ExplainedStage): void {
  const { name, id, task, optimizer, schedule, needs, modules, edges, memory } = stage;
  const { total, frozen } = stage.parameters;
  say('');
  say(
    `stage ${name} (${id}): ${count(total)} parameters${frozen > 0 ? `, ${count(frozen)} frozen` : ''}`,
  );
  say(`  task ${task}, optimizer ${optimizer}, schedule ${schedule}; ${steps(stage)}`);
  if (needs.length > 0) say(`  after ${needs.join(', ')}`);
  const left = modules.map(({ path, use }) => `${path}: ${use}`);
  const width = Math.max(0, ...left.map((text) => text.length));
  modules.forEach(({ parameters, frozen: still, state }, i) => {
    const parts = [
      `${count(parameters)} parameters`,
      ...(still > 0 ? [`${count(still)} frozen`] : []),
      ...(state > 0 ? [`${count(state)} values of state`] : []),
    ];
    say(`  ${(left[i] as string).padEnd(width)}  ${parts.join(', ')}`);
  });
  if (edges.length > 0) say('  wiring, shapes of one row:');
  for (const { from, to, what, shape } of edges) {
    const given = shape === null ? 'its parameters' : `[${shape.join(', ')}]`;
    say(`    ${from} -> ${to}: ${what} ${given}`);
  }
  const { activations, ...counted } = memory;
  const sizes = Object.entries(counted).flatMap(([what, bytes]) =>
    bytes > 0 ? [`${what} ${size(bytes)}`] : [],
  );
  const guess =
    activations === null ? 'activations not known' : `activations about ${size(activations)}`;
  say(`  memory of a step: ${[...sizes, guess].join(', ')}`);
}

function steps({ epochs, batchSize, microBatch }: ExplainedStage): string {
  if (epochs === 0) return 'no training';
  const slices = microBatch === null ? '' : ` in slices of ${microBatch}`;
  return `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, batches of ${batchSize}${slices}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}
