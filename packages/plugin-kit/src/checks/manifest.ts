/** @file Check: package.json and README tell what the component is without running it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from '@dualbeat/core';
import { coreVersion, satisfies } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { ComponentSubject } from '../check.ts';

type PackageJson = {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly dualbeat: {
    readonly range: string;
    readonly components: readonly { kind: Kind; id: string; summary: string }[];
  };
};

export const manifest = defineCheck<ComponentSubject<Kind>>({
  name: 'manifest',
  states:
    'package.json lists the component with a sentence, admits this version of core, has a licence and depends on no tensor library; the README names it.',
  unfit: ({ plugin }) => (plugin.root === null ? 'the components have no package' : undefined),
  run({ plugin, kind, id }) {
    const root = plugin.root as string;
    const json = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
    const entry = json.dualbeat.components.find((one) => one.kind === kind && one.id === id);
    ensure(
      entry !== undefined && entry.summary.endsWith('.') && entry.summary.length > 10,
      `the summary of ${kind} "${id}" in package.json is ${JSON.stringify(entry?.summary)}`,
      'write one sentence that ends in a full stop',
    );
    ensure(
      satisfies(coreVersion(), json.dualbeat.range) === true,
      `the range ${json.dualbeat.range} does not admit @dualbeat/core ${coreVersion()}`,
      'correct package.json#dualbeat.range',
    );
    ensure(
      typeof json.license === 'string' && json.license !== '',
      'package.json has no license',
      'name one, such as "Apache-2.0"',
    );
    const tensors = Object.keys(json.dependencies ?? {}).filter((name) =>
      /^@tensorflow\/|^@dualbeat\/tensor$/.test(name),
    );
    ensure(
      tensors.length === 0,
      `package.json depends on ${tensors.join(', ')}`,
      'take ops from ctx.tf and types from @dualbeat/core',
    );
    const readme = join(root, 'README.md');
    ensure(
      existsSync(readme) && readFileSync(readme, 'utf8').includes(id),
      `README.md does not name "${id}"`,
      'describe it there: what, options, limits, citation',
    );
  },
});
