/** @file Starts the sender process of a run, detached: the run neither waits for it nor ends with it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trackerOf } from './address.ts';

/** False where no server is named: the journal stands alone. */
export function startSender(of: {
  readonly runsRoot: string;
  readonly experiment: string;
  readonly env?: NodeJS.ProcessEnv;
}): boolean {
  const env = of.env ?? process.env;
  if (trackerOf(env) === null) return false;
  const folder = join(of.runsRoot, of.experiment, 'tracking');
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, 'sender.log'), 'a');
  const source = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(new URL(source ? './sender.ts' : './sender.js', import.meta.url));
  const flags = source ? ['--conditions=@dualbeat/source', '--import', 'tsx'] : [];
  try {
    const child = spawn(
      process.execPath,
      [...flags, program, of.runsRoot, of.experiment, String(process.pid)],
      { detached: true, stdio: ['ignore', log, log], env },
    );
    child.on('error', () => {}); // a sender that cannot start is made good by `track sync`
    child.unref();
    return true;
  } finally {
    closeSync(log);
  }
}
