/** @file The wheels that hold the compute libraries, pinned: package, version, file, size, SHA-256. */

/** One wheel, as pip is asked for it, and what of it is kept. */
export type PinnedWheel = {
  readonly package: string;
  readonly version: string;
  /** File name that pip gives it. */
  readonly file: string;
  /** pip's `--platform`. */
  readonly platform: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Paths inside the wheel that are unpacked; `*` stands for anything but `/`. */
  readonly unpack: readonly string[];
  readonly unpackedBytes: number;
};

export const TENSORFLOW_VERSION = '2.21.0';
/** C library that the Linux wheels are linked against (their highest versioned symbol). */
export const GLIBC_NEEDED = '2.27';

const linuxLibraries = [
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/libtensorflow_cc.so.2',
] as const;
const macLibraries = [
  'tensorflow/libtensorflow_framework.2.dylib',
  'tensorflow/libtensorflow_cc.2.dylib',
] as const;

/** By `<platform>-<arch>` in Node's names. The Python tag is fixed, whatever Python the user has. */
export const CPU_WHEELS: { readonly [machine: string]: PinnedWheel } = {
  'linux-x64': {
    package: 'tensorflow-cpu',
    version: TENSORFLOW_VERSION,
    file: 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    platform: 'manylinux_2_27_x86_64',
    bytes: 274_000_871,
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    unpack: linuxLibraries,
    unpackedBytes: 853_308_936,
  },
  'linux-arm64': {
    package: 'tensorflow',
    version: TENSORFLOW_VERSION,
    file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl',
    platform: 'manylinux_2_27_aarch64',
    bytes: 281_946_471,
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    unpack: linuxLibraries,
    unpackedBytes: 883_062_208,
  },
  'darwin-arm64': {
    package: 'tensorflow',
    version: TENSORFLOW_VERSION,
    file: 'tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl',
    platform: 'macosx_12_0_arm64',
    bytes: 223_488_205,
    sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
    unpack: macLibraries,
    unpackedBytes: 740_805_624,
  },
};

/** The libraries loaded, in this order, by platform. */
export const LIBRARIES: { readonly [platform: string]: readonly [string, string] } = {
  linux: linuxLibraries,
  darwin: macLibraries,
};
