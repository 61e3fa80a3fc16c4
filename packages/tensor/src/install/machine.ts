/** @file Facts about this machine that decide whether the runtime can run: C library and CPU features. */
import { readFileSync } from 'node:fs';
import { glibcTooOld } from './errors.ts';
import type { InstallPlan } from './plan-install.ts';

/** Version of the GNU C library in use, undefined where there is none (musl, macOS). */
export function glibcVersion(): string | undefined {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  report.excludeNetwork = true; // else the report looks up host names, which can hang
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/** Error: E_RUNTIME_GLIBC where the C library is older than the wheels need, or is not glibc. */
export function checkGlibc(plan: InstallPlan, found: string | undefined): void {
  if (plan.glibc === undefined) return;
  if (found === undefined || versionBelow(found, plan.glibc)) throw glibcTooOld(found, plan.glibc);
}

/** Compares dotted versions number by number: 2.9 is below 2.27. */
export function versionBelow(version: string, than: string): boolean {
  const a = version.split('.').map(Number);
  const b = than.split('.').map(Number);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What speeds the runtime up, named as in /proc/cpuinfo; amx stands for amx_tile with amx_bf16. */
export type CpuFeatures = {
  readonly [name in 'avx' | 'avx2' | 'avx512f' | 'avx512_bf16' | 'amx']: boolean;
};

/** From the text of /proc/cpuinfo; undefined where it lists no flags (not x86). */
export function cpuFeatures(cpuinfo: string): CpuFeatures | undefined {
  const line = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1];
  if (line === undefined) return undefined;
  const flags = new Set(line.trim().split(/\s+/));
  return {
    avx: flags.has('avx'),
    avx2: flags.has('avx2'),
    avx512f: flags.has('avx512f'),
    avx512_bf16: flags.has('avx512_bf16'),
    amx: flags.has('amx_tile') && flags.has('amx_bf16'),
  };
}

/** The content of /proc/cpuinfo, empty where there is none. */
export function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
