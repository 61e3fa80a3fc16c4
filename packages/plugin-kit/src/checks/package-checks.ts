/** @file What every component is checked for, whatever its kind. */
import { lazy } from './lazy.ts';
import { manifest } from './manifest.ts';
import { schema } from './schema.ts';

export const packageChecks = [manifest, schema, lazy] as const;
