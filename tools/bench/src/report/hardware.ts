/** @file What a benchmark ran on. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';

export type Hardware = {
  readonly cpu: string;
  readonly cores: number;
  /** Vector and matrix units that the two sides may use. */
  readonly flags: readonly string[];
  readonly memoryBytes: number;
  readonly system: string;
};

const flagsOfInterest = [
  'avx2',
  'fma',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_bf16',
  'asimd',
];

export function hardware(): Hardware {
  const info = cpuInfo();
  const flags = new Set((/^(?:flags|Features)\s*: (.*)$/m.exec(info)?.[1] ?? '').split(' '));
  const model = /^model name\s*: (.*)$/m.exec(info)?.[1] ?? cpus()[0]?.model ?? 'unknown';
  return {
    cpu: model.trim(),
    cores: availableParallelism(),
    flags: flagsOfInterest.filter((flag) => flags.has(flag)),
    memoryBytes: totalmem(),
    system: `${platform()} ${arch()} ${release()}`,
  };
}

function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return ''; // not Linux
  }
}
