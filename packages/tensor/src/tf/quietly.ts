/**
 * @file Runs something with the process's standard error shut: TensorFlow greets on it before its own log level is in force.
 * DUALBEAT_DEBUG=1 leaves it open. What fails still throws.
 */
import koffi from 'koffi';
import { libcPath } from './libc.ts';

export function quietly<T>(run: () => T): T {
  if (process.env['DUALBEAT_DEBUG'] !== undefined) return run();
  const libc = koffi.load(libcPath);
  const dup = libc.func('int dup(int fd)');
  const dup2 = libc.func('int dup2(int from, int to)');
  const open = libc.func('int open(const char *path, int flags)');
  const close = libc.func('int close(int fd)');
  const saved = dup(2) as number;
  const nothing = open('/dev/null', 1) as number;
  dup2(nothing, 2);
  try {
    return run();
  } finally {
    dup2(saved, 2);
    close(saved);
    close(nothing);
  }
}
