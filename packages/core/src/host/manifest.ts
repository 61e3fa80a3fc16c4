/** @file The manifest of a plugin, `package.json#dualbeat`: its JSON Schema, and reading it without running code. */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { manifestInvalid, manifestMissing, manifestUnreadable } from './errors.ts';
import { kinds } from './kinds.ts';
import { publicSchema } from './public-schema.ts';
import { schemaProblems } from './schema-problems.ts';
import type { PluginManifest } from './types.ts';

export const manifestSchema = Type.Object(
  {
    range: Type.String({
      minLength: 1,
      description: "Versions of @dualbeat/core that the plugin works with: '^0.1.0'.",
    }),
    components: Type.Array(
      Type.Object(
        {
          id: Type.String({
            pattern: '^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)?$',
            description: "Name in experiment files: 'scope/name'; first-party names are bare.",
          }),
          kind: Type.Enum([...kinds], { description: 'What it is.' }),
          summary: Type.String({ minLength: 1, maxLength: 200, description: 'One sentence.' }),
          entry: Type.String({
            pattern: '^\\.(/.+)?$',
            default: '.',
            description: "Sub-path of the package's exports whose default export has it.",
          }),
          tested: Type.Optional(
            Type.Enum(['yes', 'no', 'schema only'], {
              description:
                'Was it run on what it is for? Absent: a third party says nothing about it.',
            }),
          ),
          cite: Type.Optional(
            Type.String({ description: 'What to cite: DOI, arXiv number or URL.' }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, description: 'What the plugin offers.' },
    ),
  },
  { additionalProperties: false },
);

/** The schema as `manifest.schema.json` of this package has it: for editors and tools that run no code. */
export function manifestSchemaFile(): object {
  return publicSchema(manifestSchema, 'package.json#dualbeat: the manifest of a Dualbeat plugin');
}

export type PackageFile = {
  readonly name: string;
  readonly version: string;
  readonly exports?: unknown;
  readonly main?: string;
};

/** Reads a plugin's package.json. Error: E_PLUGIN_MANIFEST. */
export function readManifest(file: string): { package: PackageFile; manifest: PluginManifest } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw manifestUnreadable(file, error);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw manifestUnreadable(file, 'it is not an object');
  const { name, version, exports, main, dualbeat } = json as Record<string, unknown>;
  if (dualbeat === undefined) throw manifestMissing(file);
  const problems = schemaProblems(manifestSchema, dualbeat);
  if (problems.length > 0) throw manifestInvalid(file, problems);
  if (typeof name !== 'string' || typeof version !== 'string')
    throw manifestUnreadable(file, 'it lacks "name" or "version"');
  return {
    package: { name, version, exports, ...(typeof main === 'string' ? { main } : {}) },
    manifest: dualbeat as PluginManifest,
  };
}
