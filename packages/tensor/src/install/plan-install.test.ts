import { describe, expect, it } from 'vitest';
import { CUDA_WHEELS } from './cuda-wheels.ts';
import { checkGlibc, cpuFeatures, glibcVersion, versionBelow } from './machine.ts';
import { planInstall } from './plan-install.ts';

const env = { DUALBEAT_CACHE: '/cache' };

describe('planInstall', () => {
  it('chooses the wheel by platform, never by the Python of the user', () => {
    const chosen = (['linux x64', 'linux arm64', 'darwin arm64'] as const).map((machine) => {
      const [platform = '', arch = ''] = machine.split(' ');
      const plan = planInstall({ platform, arch, device: 'cpu', env });
      return [plan.wheels[0]?.package, plan.wheels[0]?.file, plan.cc, plan.glibc];
    });
    expect(chosen).toEqual([
      [
        'tensorflow-cpu',
        'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
        'tensorflow/libtensorflow_cc.so.2',
        '2.27',
      ],
      [
        'tensorflow',
        'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl',
        'tensorflow/libtensorflow_cc.so.2',
        '2.27',
      ],
      [
        'tensorflow',
        'tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl',
        'tensorflow/libtensorflow_cc.2.dylib',
        undefined,
      ],
    ]);
  });

  it('says what has not been run', () => {
    const note = (platform: string, arch: string, device: 'cpu' | 'cuda') =>
      planInstall({ platform, arch, device, env }).untested;
    expect(note('linux', 'x64', 'cpu')).toBeUndefined();
    expect(note('linux', 'arm64', 'cpu')).toMatch(/untested/);
    expect(note('darwin', 'arm64', 'cpu')).toMatch(/untested/);
    expect(note('linux', 'x64', 'cuda')).toMatch(/untested/);
  });

  it('lists for cuda all packages of tensorflow[and-cuda]', () => {
    const plan = planInstall({ platform: 'linux', arch: 'x64', device: 'cuda', env });
    expect(plan.wheels.map((wheel) => wheel.package)).toEqual([
      'tensorflow',
      'nvidia-cublas-cu12',
      'nvidia-cuda-cupti-cu12',
      'nvidia-cuda-nvcc-cu12',
      'nvidia-cuda-nvrtc-cu12',
      'nvidia-cuda-runtime-cu12',
      'nvidia-cudnn-cu12',
      'nvidia-cufft-cu12',
      'nvidia-curand-cu12',
      'nvidia-cusolver-cu12',
      'nvidia-cusparse-cu12',
      'nvidia-nccl-cu12',
      'nvidia-nvjitlink-cu12',
    ]);
    for (const wheel of CUDA_WHEELS['linux-x64'] ?? []) {
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(wheel.file).toContain(`-${wheel.version}-`);
      expect(wheel.file).toContain(wheel.platform);
    }
  });

  it('puts the cache where the environment says', () => {
    const dir = (platform: string, variables: Record<string, string>) =>
      planInstall({ platform, arch: 'arm64', device: 'cpu', env: variables }).cache;
    const HOME = '/home/ada';
    expect(dir('linux', { HOME, XDG_CACHE_HOME: '/x', DUALBEAT_CACHE: '/d' })).toBe('/d');
    expect(dir('linux', { HOME, XDG_CACHE_HOME: '/x' })).toBe('/x/dualbeat');
    expect(dir('linux', { HOME })).toBe('/home/ada/.cache/dualbeat');
    expect(dir('darwin', { HOME })).toBe('/home/ada/Library/Caches/dualbeat');
  });

  it('refuses machines without a wheel', () => {
    const plan = (platform: string, arch: string, device: 'cpu' | 'cuda') => () =>
      planInstall({ platform, arch, device, env });
    expect(plan('win32', 'x64', 'cpu')).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_RUNTIME_PLATFORM: there is no cpu runtime for win32 on x64. Fix: install WSL2 (\`wsl --install\`) and run Dualbeat inside it.]`,
    );
    expect(plan('darwin', 'x64', 'cpu')).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_RUNTIME_PLATFORM: there is no cpu runtime for darwin on x64. Fix: use Linux on x86-64 or arm64, or macOS on arm64; the runtime \`js\` works on any machine.]`,
    );
    expect(plan('linux', 'arm64', 'cuda')).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_RUNTIME_PLATFORM: there is no cuda runtime for linux on arm64. Fix: use \`--device cpu\`, or Linux on x86-64 with an NVIDIA GPU.]`,
    );
  });
});

describe('machine', () => {
  const plan = planInstall({ platform: 'linux', arch: 'x64', device: 'cpu', env });

  it('refuses an old glibc and musl', () => {
    expect(() => checkGlibc(plan, '2.26')).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_RUNTIME_GLIBC: the C library is glibc 2.26; the tensor runtime needs 2.27. Fix: use a system or container image with a newer glibc (Debian 10, Ubuntu 18.10, RHEL 8 or later), or the runtime \`js\`.]`,
    );
    expect(() => checkGlibc(plan, undefined)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_RUNTIME_GLIBC: this system has no GNU C library (musl, for example Alpine); the tensor runtime needs glibc 2.27. Fix: use a system or container image with a newer glibc (Debian 10, Ubuntu 18.10, RHEL 8 or later), or the runtime \`js\`.]`,
    );
    expect(() => checkGlibc(plan, '2.27')).not.toThrow();
  });

  it.runIf(process.platform === 'linux')(
    'reads the glibc of this machine as `getconf` prints it',
    async () => {
      const { spawnSync } = await import('node:child_process');
      const printed = spawnSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' }).stdout ?? '';
      expect(glibcVersion()).toBe(/glibc (\S+)/.exec(printed)?.[1]);
    },
  );

  it('compares versions by number', () => {
    expect(versionBelow('2.9', '2.27')).toBe(true);
    expect(versionBelow('2.27', '2.27')).toBe(false);
    expect(versionBelow('20', '20.3')).toBe(true);
    expect(versionBelow('23.2.1', '20.3')).toBe(false);
  });

  it('reads CPU features', () => {
    const text = 'model name\t: X\nflags\t\t: fpu avx avx2 avx512f amx_tile amx_bf16 sse\n';
    expect(cpuFeatures(text)).toEqual({
      avx: true,
      avx2: true,
      avx512f: true,
      avx512_bf16: false,
      amx: true,
    });
    expect(cpuFeatures('processor: 0\nFeatures: asimd\n')).toBeUndefined();
  });
});
