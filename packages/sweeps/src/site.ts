/** @file `site.yaml`: what belongs to a place and not to an experiment: launcher, account, resources, tracker. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { openHost, readSettings, resolvePlugins } from '@dualbeat/core';
import type { Launcher } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';

const closed = { additionalProperties: false } as const;
export const siteSchema = Type.Object(
  {
    plugins: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Plugins that offer launchers, beside @dualbeat/launchers.',
    }),
    launcher: Type.Object(
      {
        use: Type.String({ minLength: 1, default: 'local', description: 'Id of the launcher.' }),
        options: Type.Object(
          {},
          { default: {}, description: "Its options; the launcher's own schema checks them." },
        ),
      },
      { ...closed, default: {}, description: 'Where the jobs of a sweep run.' },
    ),
    resources: Type.Object(
      {
        cpus: Type.Integer({ minimum: 1, default: 1, description: 'Cores of one job.' }),
        memoryGiB: Type.Optional(
          Type.Number({ exclusiveMinimum: 0, description: 'Memory of one job, at most.' }),
        ),
        devices: Type.Optional(
          Type.Integer({ minimum: 1, description: 'Accelerators of one job.' }),
        ),
        hours: Type.Optional(
          Type.Number({
            exclusiveMinimum: 0,
            description: 'Time of one job, at most; saved and gone on with later.',
          }),
        ),
      },
      { ...closed, default: {}, description: 'What one job gets.' },
    ),
    tracker: Type.Object(
      {
        uri: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'MLflow server; MLFLOW_TRACKING_URI goes before it.',
          }),
        ),
      },
      { ...closed, default: {}, description: 'Where runs are sent.' },
    ),
  },
  closed,
);
export type Site = Static<typeof siteSchema>;

/** `--site`, else site.yaml in the working folder, else that of the user; none: the defaults. Errors: E_EXPERIMENT_... with line and column. */
export function readSite(of: {
  readonly file?: string;
  readonly cwd: string;
  readonly home?: string;
}): { readonly site: Site; readonly file: string | null } {
  const places = [
    join(of.cwd, 'site.yaml'),
    join(of.home ?? homedir(), '.config', 'dualbeat', 'site.yaml'),
  ];
  const file = of.file ?? places.find((path) => existsSync(path)) ?? null;
  const site = file === null ? readDefaults() : readSettings(file, siteSchema);
  return { site, file };
}

function readDefaults(): Site {
  const options = {};
  return { plugins: [], launcher: { use: 'local', options }, resources: { cpus: 1 }, tracker: {} };
}

/** Errors: E_PLUGIN_..., E_COMPONENT_... */
export async function openLauncher(
  { site, file }: { readonly site: Site; readonly file: string | null },
  cwd: string,
): Promise<{ readonly launcher: Launcher; close(): Promise<void> }> {
  const from = file ?? join(cwd, 'site.yaml');
  const host = await openHost(resolvePlugins(['@dualbeat/launchers', ...site.plugins], from));
  try {
    const resolvePath = (path: string): string => resolve(dirname(from), path);
    const launcher = await host.create(
      'launcher',
      site.launcher,
      { resolve: resolvePath },
      'launcher',
    );
    return {
      launcher,
      close: async () => {
        await launcher.close();
        host.close();
      },
    };
  } catch (error) {
    host.close();
    throw error;
  }
}
