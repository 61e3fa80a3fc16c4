/** @file Words and scripts for /bin/sh. */
import type { LaunchJob } from '@dualbeat/core';

/** One word, whatever it holds. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Runs the job, hands SIGTERM on to it, and leaves its exit code in `<log>.exit` for whoever asks later. A job that is started again
 * (requeued) first removes the old one.
 */
export function jobScript(job: LaunchJob): string {
  const exit = quoted(`${job.log}.exit`);
  const env = Object.entries(job.env).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [
    '#!/bin/sh',
    `rm -f ${exit}`,
    `cd ${quoted(job.cwd)} || exit 42`,
    ...env,
    `${job.command.map(quoted).join(' ')} &`,
    'pid=$!',
    `trap 'kill -TERM $pid 2>/dev/null' TERM INT USR1`,
    'wait $pid; code=$?',
    // A signal ends `wait` early; the job itself goes on until it has saved.
    'while kill -0 $pid 2>/dev/null; do wait $pid; code=$?; done',
    `echo $code > ${exit}.new && mv ${exit}.new ${exit}`,
    'exit $code',
    '',
  ].join('\n');
}
