/** @file Every failure of the runtime set-up that a user can meet, with what to do about it. */
import { DualbeatError } from '@dualbeat/core';

const MOVE_CACHE = 'set DUALBEAT_CACHE to a folder';

/** Bytes as people read them: decimal units, as pip shows them. */
export function readableBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
}

export function platformUnsupported(platform: string, arch: string, device: string): DualbeatError {
  const cuda =
    device === 'cuda'
      ? 'use `--device cpu`, or Linux on x86-64 with an NVIDIA GPU.'
      : 'use Linux on x86-64 or arm64, or macOS on arm64; the runtime `js` works on any machine.';
  return new DualbeatError({
    code: 'E_RUNTIME_PLATFORM',
    cause: `there is no ${device} runtime for ${platform} on ${arch}.`,
    fix: platform === 'win32' ? 'install WSL2 (`wsl --install`) and run Dualbeat inside it.' : cuda,
  });
}

export function deviceUnknown(device: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUNTIME_DEVICE',
    cause: `there is no device "${device}".`,
    fix: 'use `--device cpu` or `--device cuda`.',
  });
}

export function glibcTooOld(found: string | undefined, needed: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RUNTIME_GLIBC',
    cause:
      found === undefined
        ? `this system has no GNU C library (musl, for example Alpine); the tensor runtime needs glibc ${needed}.`
        : `the C library is glibc ${found}; the tensor runtime needs ${needed}.`,
    fix: 'use a system or container image with a newer glibc (Debian 10, Ubuntu 18.10, RHEL 8 or later), or the runtime `js`.',
  });
}

export function pythonMissing(tried: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_PYTHON_MISSING',
    cause: `no Python was found on PATH (tried ${tried.join(', ')}); pip fetches the tensor runtime.`,
    fix: 'install Python 3 with pip (Debian and Ubuntu: `apt install python3-pip`; macOS: `brew install python`) and run again.',
  });
}

export function pipMissing(python: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PIP_MISSING',
    cause: `${python} is there, but it has no working pip; pip fetches the tensor runtime.`,
    fix: `run \`${python} -m ensurepip --user\` (Debian and Ubuntu: \`apt install python3-pip\`) and run again.`,
  });
}

export function pipTooOld(found: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PIP_OLD',
    cause: `pip ${found} is too old to choose a wheel by platform; 20.3 or later is needed.`,
    fix: 'run `python3 -m pip install --user --upgrade pip` and run again.',
  });
}

export function noSpace(folder: string, needed: number, free?: number): DualbeatError {
  const has = free === undefined ? 'too little is free' : `${readableBytes(free)} is free`;
  return new DualbeatError({
    code: 'E_NO_SPACE',
    where: folder,
    cause: `the set-up needs ${readableBytes(needed)} while it runs; ${has}.`,
    fix: `make room there, or ${MOVE_CACHE} on a larger disk.`,
  });
}

export function cacheReadOnly(folder: string, error: unknown): DualbeatError {
  const reason = (error as { code?: string }).code ?? 'unknown error';
  return new DualbeatError({
    code: 'E_CACHE_READONLY',
    where: folder,
    cause: `the tensor runtime is not in this cache, and nothing can be written to it (${reason}).`,
    fix: `run \`npx dualbeat runtime install\` where it is writable (a login node, say), or ${MOVE_CACHE} that is.`,
    error,
  });
}

export function noNetwork(what: string, tail: string): DualbeatError {
  return new DualbeatError({
    code: 'E_NO_NETWORK',
    where: what,
    cause: `pip could not reach its package index. pip says: ${tail}`,
    fix: "check the network or pip's proxy and index settings, or run `npx dualbeat runtime install` on a machine with a network that shares DUALBEAT_CACHE.",
  });
}

export function wheelUnavailable(what: string, tail: string): DualbeatError {
  return new DualbeatError({
    code: 'E_WHEEL_UNAVAILABLE',
    where: what,
    cause: `pip did not deliver this wheel. pip says: ${tail}`,
    fix: "check pip's index settings (`python3 -m pip config list`): the index in use has to serve this version.",
  });
}

export function wheelChecksum(
  file: string,
  of: { readonly what: 'size' | 'SHA-256'; readonly expected: string; readonly found: string },
): DualbeatError {
  return new DualbeatError({
    code: 'E_WHEEL_CHECKSUM',
    where: file,
    cause: `the downloaded wheel has ${of.what} ${of.found}, expected ${of.expected}; it was deleted.`,
    fix: 'run the command again; if it happens twice, a proxy or mirror changes the file: use another package index.',
  });
}

export function wheelCorrupt(file: string, detail: string, error?: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_WHEEL_CORRUPT',
    where: file,
    cause: `the wheel cannot be unpacked: ${detail}.`,
    fix: 'delete the file and run the command again.',
    error,
  });
}
