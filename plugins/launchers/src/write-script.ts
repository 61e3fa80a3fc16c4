/** @file A script of a job, executable: whole, or not there. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

export function writeScript(path: string, text: string): void {
  const fd = openSync(`${path}.new`, 'w', 0o700);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}
