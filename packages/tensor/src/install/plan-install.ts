/** @file What would be installed where: a pure function of the machine and the environment. */
import { join } from 'node:path';
import { cacheFolder, type Env } from './cache-folder.ts';
import { CUDA_WHEELS } from './cuda-wheels.ts';
import { platformUnsupported } from './errors.ts';
import {
  CPU_WHEELS,
  GLIBC_NEEDED,
  LIBRARIES,
  TENSORFLOW_VERSION,
  type PinnedWheel,
} from './wheels.ts';

export type Device = 'cpu' | 'cuda';

export type InstallPlan = {
  /** Folder name in the cache: `tensorflow-<device>-<version>-<platform>-<arch>`. */
  readonly name: string;
  readonly version: string;
  readonly device: Device;
  readonly cache: string;
  /** Where the runtime lies once installed. */
  readonly dir: string;
  readonly downloads: string;
  readonly wheels: readonly PinnedWheel[];
  readonly downloadBytes: number;
  readonly unpackedBytes: number;
  /** Free bytes needed while the set-up runs: what is unpacked, the wheels, the largest twice (pip copies). */
  readonly spaceBytes: number;
  /** Lowest glibc; none where the platform has no glibc. */
  readonly glibc: string | undefined;
  /** Relative to `dir`; loaded in this order. */
  readonly framework: string;
  readonly cc: string;
  /** Said to the user before anything is fetched. */
  readonly untested: string | undefined;
};

/**
 * The plan for one machine and device. `platform` and `arch` are Node's names.
 * Error: E_RUNTIME_PLATFORM where there is no wheel.
 */
export function planInstall(of: {
  readonly platform: string;
  readonly arch: string;
  readonly device: Device;
  readonly env: Env;
}): InstallPlan {
  const machine = `${of.platform}-${of.arch}`;
  const cpu = CPU_WHEELS[machine];
  const wheels = of.device === 'cuda' ? CUDA_WHEELS[machine] : cpu && [cpu];
  const libraries = LIBRARIES[of.platform];
  if (!wheels || !libraries) throw platformUnsupported(of.platform, of.arch, of.device);
  const cache = cacheFolder(of.env, of.platform);
  const name = `tensorflow-${of.device}-${TENSORFLOW_VERSION}-${machine}`;
  const sum = (pick: (wheel: PinnedWheel) => number) =>
    wheels.reduce((total, wheel) => total + pick(wheel), 0);
  const downloadBytes = sum((wheel) => wheel.bytes);
  const unpackedBytes = sum((wheel) => wheel.unpackedBytes);
  return {
    name,
    version: TENSORFLOW_VERSION,
    device: of.device,
    cache,
    dir: join(cache, 'runtime', name),
    downloads: join(cache, 'downloads'),
    wheels,
    downloadBytes,
    unpackedBytes,
    spaceBytes: unpackedBytes + downloadBytes + Math.max(...wheels.map((wheel) => wheel.bytes)),
    glibc: of.platform === 'linux' ? GLIBC_NEEDED : undefined,
    framework: libraries[0],
    cc: libraries[1],
    untested: untestedNote(machine, of.device),
  };
}

function untestedNote(machine: string, device: Device): string | undefined {
  if (device === 'cuda') return 'The CUDA runtime has not been run by us yet: it is untested.';
  return machine === 'linux-x64'
    ? undefined
    : `The runtime for ${machine} has not been run by us yet: it is untested.`;
}
