/** @file What a machine needs, checked one by one, for `runtime doctor`. Nothing is installed or left behind. */
import { accessSync, constants } from 'node:fs';
import { isCoded } from '@dualbeat/core';
import type { Env } from './cache-folder.ts';
import { readableBytes } from './errors.ts';
import { findPip } from './find-pip.ts';
import { freeBytesOf, nearestExisting } from './install-runtime.ts';
import { locatePlanned } from './locate-runtime.ts';
import { checkGlibc, cpuFeatures, glibcVersion, readCpuinfo, versionBelow } from './machine.ts';
import { damagedFiles, readManifest } from './manifest.ts';
import { planInstall, type Device, type InstallPlan } from './plan-install.ts';

export type Check = { readonly check: string; readonly ok: boolean; readonly detail: string };

/** The lowest Node.js that the project runs on. */
export const NODE_NEEDED = '20.19.0';

/** All checks for one device, in order. `verify: false` skips reading the installed libraries (seconds). */
export async function preflight(
  of: {
    readonly env?: Env;
    readonly device?: Device;
    readonly platform?: string;
    readonly arch?: string;
    readonly verify?: boolean;
  } = {},
): Promise<readonly Check[]> {
  const {
    env = process.env,
    device = 'cpu',
    platform = process.platform,
    arch = process.arch,
  } = of;
  const node = process.versions.node;
  const checks: Check[] = [
    {
      check: 'node',
      ok: !versionBelow(node, NODE_NEEDED),
      detail: `${node} (needed: ${NODE_NEEDED})`,
    },
    attempt('python and pip', () => {
      const pip = findPip(env);
      return `pip ${pip.version} by \`${[pip.command, ...pip.args].join(' ')}\``;
    }),
    cpuCheck(arch),
  ];
  let plan: InstallPlan;
  try {
    plan = planInstall({ platform, arch, device, env });
  } catch (error) {
    return [...checks, failed('platform', error)];
  }
  const installed = locatePlanned(plan) !== undefined;
  checks.push({ check: 'platform', ok: true, detail: `${platform} ${arch}, device ${device}` });
  if (plan.glibc !== undefined) checks.push(glibcCheck(plan));
  checks.push(writableCheck(plan, installed), await spaceCheck(plan, installed));
  checks.push(await runtimeCheck(plan, of.verify ?? true));
  return checks;
}

function glibcCheck(plan: InstallPlan): Check {
  return attempt('glibc', () => {
    const found = glibcVersion();
    checkGlibc(plan, found);
    return `${found} (needed: ${plan.glibc})`;
  });
}

function cpuCheck(arch: string): Check {
  const features = cpuFeatures(readCpuinfo());
  if (features === undefined)
    return { check: 'cpu', ok: true, detail: `${arch}, features not listed` };
  const listed = Object.entries(features).map(([name, has]) => `${name} ${has ? 'yes' : 'no'}`);
  return { check: 'cpu', ok: features.avx, detail: listed.join(', ') }; // the x86 wheels are built for AVX
}

function writableCheck(plan: InstallPlan, installed: boolean): Check {
  const folder = nearestExisting(plan.dir);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return { check: 'cache', ok: true, detail: `${plan.cache} is writable` };
  } catch {
    const detail = `${plan.cache} is read-only${installed ? ', which is enough: the runtime is in it' : ''}`;
    return { check: 'cache', ok: installed, detail };
  }
}

async function spaceCheck(plan: InstallPlan, installed: boolean): Promise<Check> {
  const free = await freeBytesOf(nearestExisting(plan.cache));
  const needed = installed ? 'nothing more is needed' : `needed: ${readableBytes(plan.spaceBytes)}`;
  return {
    check: 'space',
    ok: installed || free >= plan.spaceBytes,
    detail: `${readableBytes(free)} free (${needed})`,
  };
}

async function runtimeCheck(plan: InstallPlan, verify: boolean): Promise<Check> {
  const check = `runtime ${plan.device}`;
  const manifest = readManifest(plan);
  if (!manifest) {
    return {
      check,
      ok: false,
      detail: `not installed: \`npx dualbeat runtime install --device ${plan.device}\``,
    };
  }
  const damaged = verify ? await damagedFiles(plan.dir, manifest) : [];
  if (damaged.length > 0) {
    return {
      check,
      ok: false,
      detail: `damaged: ${damaged.join(', ')}; delete ${plan.dir} and install again`,
    };
  }
  return {
    check,
    ok: true,
    detail: `${plan.version} in ${plan.dir}${verify ? ', SHA-256 verified' : ''}`,
  };
}

function attempt(check: string, work: () => string): Check {
  try {
    return { check, ok: true, detail: work() };
  } catch (error) {
    return failed(check, error);
  }
}

function failed(check: string, error: unknown): Check {
  if (!isCoded(error)) throw error;
  return { check, ok: false, detail: error.message };
}
