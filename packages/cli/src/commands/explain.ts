/** @file `dualbeat explain`: the resolved experiment with origins, wiring and parameter counts. Loads no tensor library. */
import { relative } from 'node:path';
import { loadExperiment } from '@dualbeat/core';
import type { LoadedExperiment } from '@dualbeat/core';
import { alwaysPlugins, planRun } from '@dualbeat/experiment';
import type { RunPlan } from '@dualbeat/experiment';

export type ExplainFlags = { readonly set: readonly string[]; readonly json?: boolean };

export async function explain(file: string, flags: ExplainFlags): Promise<number> {
  const loaded = await loadExperiment({ file, set: flags.set, always: alwaysPlugins });
  try {
    if (flags.json !== true) printOrigins(loaded);
    const plan = await planRun(loaded);
    if (flags.json === true) {
      const { resolved, origins } = loaded;
      const { stages, trial, rows } = plan;
      say(JSON.stringify({ resolved, origins, trial, rows, stages, views: viewsOf(plan) }));
    } else printPlan(plan);
    return 0;
  } finally {
    loaded.host.close();
  }
}

/** One line a value: path, value, where it was said. */
function printOrigins({ resolved, origins }: LoadedExperiment): void {
  const lines = leaves(resolved, '').map(([path, value]) => {
    const origin = origins[path];
    return [`${path}: ${JSON.stringify(value)}`, origin === undefined ? '' : `# ${here(origin)}`];
  });
  const width = Math.min(Math.max(...lines.map(([left]) => (left ?? '').length)), 72);
  for (const [left = '', right = ''] of lines) say(`${left.padEnd(width)}  ${right}`.trimEnd());
}

/** Paths of this folder are shown from here. */
function here(origin: string): string {
  const match = /^(\/.*?)((?::\d+)*)$/.exec(origin);
  return match === null ? origin : `${relative(process.cwd(), match[1] as string)}${match[2]}`;
}

function leaves(value: unknown, path: string): [string, unknown][] {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isBranch ? Object.entries(value) : [];
  if (entries.length === 0) return [[path, value]];
  return entries.flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

function printPlan(plan: RunPlan): void {
  const { train, val, test } = plan.rows;
  say('');
  say(`records: ${train} train, ${val} val, ${test} test`);
  for (const [name, { from, spec, chain }] of Object.entries(plan.views)) {
    const through = chain.map((link) => link.name).join(' -> ');
    const axes = spec.axes.map((axis, i) => `${spec.shape[i]} ${axis.name}`).join(' x ');
    say(
      `view ${name}: ${from}${through === '' ? '' : ` -> ${through}`} -> ${axes}, ${spec.dtype}, ${spec.unit}`,
    );
  }
  for (const { name, id, views, parameters } of plan.stages) {
    const built = plan.built[name];
    const total = Object.values(parameters).reduce((a, b) => a + b, 0);
    say('');
    say(
      `stage ${name} (${id}), reads ${views.join(', ')}: ${total.toLocaleString('en')} parameters`,
    );
    for (const [path, { use }] of Object.entries(built?.components ?? {})) {
      const count = parameters[path];
      say(
        `  ${path}: ${use}${count === undefined ? '' : `, ${count.toLocaleString('en')} parameters`}`,
      );
    }
    if (built !== undefined && built.frozen.size > 0)
      say(`  frozen: ${built.frozen.size} parameters by name`);
  }
  say('');
  say(`trial ${plan.trial}`);
}

function viewsOf(plan: RunPlan): unknown {
  const entries = Object.entries(plan.views).map(([name, { from, spec }]) => [
    name,
    { from, ...spec },
  ]);
  return Object.fromEntries(entries) as unknown;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
