/** @file Finding an installed runtime; writes nothing, so that a read-only cache serves. */
import { join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import type { Env } from './cache-folder.ts';
import { readManifest } from './manifest.ts';
import { planInstall, type Device, type InstallPlan } from './plan-install.ts';

export type InstalledRuntime = {
  readonly dir: string;
  readonly device: Device;
  /** Path of libtensorflow_framework; load it first, with global symbols. */
  readonly framework: string;
  /** Path of libtensorflow_cc. */
  readonly cc: string;
  readonly version: string;
  /** File name of the wheel that the libraries come from. */
  readonly wheel: string;
};

/**
 * The complete runtime in the cache that `env` names, by manifest and file sizes; undefined where there is none.
 * Without `device`, the CPU runtime is preferred.
 */
export function locateRuntime(
  env: Env = process.env,
  of: { readonly device?: Device; readonly platform?: string; readonly arch?: string } = {},
): InstalledRuntime | undefined {
  const { platform = process.platform, arch = process.arch } = of;
  for (const device of of.device ? [of.device] : (['cpu', 'cuda'] as const)) {
    const plan = planned({ platform, arch, device, env });
    const found = plan && locatePlanned(plan);
    if (found) return found;
  }
  return undefined;
}

/** The runtime of this plan, if it is installed. */
export function locatePlanned(plan: InstallPlan): InstalledRuntime | undefined {
  if (!readManifest(plan)) return undefined;
  return {
    dir: plan.dir,
    device: plan.device,
    framework: join(plan.dir, plan.framework),
    cc: join(plan.dir, plan.cc),
    version: plan.version,
    wheel: plan.wheels[0]?.file ?? '',
  };
}

function planned(of: Parameters<typeof planInstall>[0]): InstallPlan | undefined {
  try {
    return planInstall(of);
  } catch (error) {
    if (isCoded(error)) return undefined; // no runtime exists for this machine
    throw error;
  }
}
