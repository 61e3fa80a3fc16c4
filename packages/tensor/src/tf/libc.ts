/** @file The C library, for the little that is needed of it. */
export const libcPath = process.platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6';
