/** @file A real SLURM of one node in a folder, for tests: munged, slurmctld and slurmd of this machine. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type LocalSlurm = { readonly conf: string; close(): Promise<void> };

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch'];

/** A text says why there can be none here. */
export async function startSlurm(folder: string): Promise<LocalSlurm | string> {
  const missing = programs.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (Debian: slurm-wlm munge)`;
  if (process.getuid?.() !== 0) return 'SLURM and munge want to be started by root';
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name), { recursive: true });
  const key = join(folder, 'munge.key');
  writeFileSync(key, randomBytes(1024), { mode: 0o600 });
  chmodSync(folder, 0o755); // munge wants a socket that others can reach
  const socket = join(folder, 'munge.sock');
  const [control, node] = [await freePort(), await freePort()];
  const conf = join(folder, 'slurm.conf');
  const host = hostname().split('.')[0] as string;
  writeFileSync(conf, confOf({ folder, host, socket, control, node }));
  const env = { ...process.env, SLURM_CONF: conf };
  const files = (name: string): string => join(folder, `munge.${name}`);
  const children: ChildProcess[] = [
    spawn(
      'munged',
      [
        ...['--foreground', '--force', `--key-file=${key}`, `--socket=${socket}`],
        ...[
          `--pid-file=${files('pid')}`,
          `--log-file=${files('log')}`,
          `--seed-file=${files('seed')}`,
        ],
      ],
      { stdio: 'ignore' },
    ),
  ];
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      child.kill('SIGTERM');
      await Promise.race([new Promise((done) => child.once('close', done)), sleep(3000)]);
      child.kill('SIGKILL');
    }
  };
  for (let i = 0; i < 50 && !existsSync(socket); i++) await sleep(100);
  children.push(spawn('slurmctld', ['-D', '-c', '-f', conf], { stdio: 'ignore', env }));
  await sleep(500);
  children.push(spawn('slurmd', ['-D', '-f', conf], { stdio: 'ignore', env }));
  for (let i = 0; i < 100; i++) {
    try {
      const state = execFileSync('sinfo', ['--noheader', '--format=%T'], {
        env,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      if (state.trim() === 'idle') return { conf, close };
    } catch {
      // not up yet
    }
    await sleep(200);
  }
  await close();
  return `SLURM did not come up; see ${join(folder, 'slurmctld.log')}`;
}

function confOf(of: {
  folder: string;
  host: string;
  socket: string;
  control: number;
  node: number;
}): string {
  const file = (name: string): string => join(of.folder, name);
  return [
    'ClusterName=test',
    `SlurmctldHost=${of.host}(127.0.0.1)`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${of.socket}`,
    'CredType=cred/munge',
    `SlurmctldPort=${of.control}`,
    `SlurmdPort=${of.node}`,
    `StateSaveLocation=${file('state')}`,
    `SlurmdSpoolDir=${file('spool')}`,
    `SlurmctldPidFile=${file('slurmctld.pid')}`,
    `SlurmdPidFile=${file('slurmd.pid')}`,
    `SlurmctldLogFile=${file('slurmctld.log')}`,
    `SlurmdLogFile=${file('slurmd.log')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'ReturnToService=2',
    'SchedulerParameters=sched_interval=2,batch_sched_delay=0',
    'KillWait=5',
    'MinJobAge=60',
    'JobRequeue=1',
    `NodeName=${of.host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN`,
    `PartitionName=main Nodes=${of.host} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
