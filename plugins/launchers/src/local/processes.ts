/** @file What the system tells of processes: when one began, and what a group of them takes. Linux by /proc, else by ps. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const linux = existsSync('/proc/self/stat');

/** When the process began, in the system's own words; undefined where it is gone or a zombie. */
export function processStart(pid: number): string | undefined {
  if (pid <= 0) return undefined;
  if (linux) {
    const fields = statOf(pid);
    return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
  }
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const text = stdout?.trim() ?? '';
  return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '');
}

/** Resident bytes of all processes of a group together. */
export function groupMemory(group: number): number {
  if (linux) {
    let bytes = 0;
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const fields = statOf(Number(name));
      if (fields !== undefined && Number(fields[2]) === group) bytes += Number(fields[21]) * 4096;
    }
    return bytes;
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,rss='], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').reduce((sum, line) => {
    const [pgid, kib] = line.trim().split(/\s+/).map(Number);
    return pgid === group ? sum + (kib ?? 0) * 1024 : sum;
  }, 0);
}

/** The fields after the name, which may hold anything: state, ppid, pgrp, ... */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
