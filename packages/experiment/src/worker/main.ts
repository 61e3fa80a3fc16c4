/** @file The worker process: takes one job, runs its stages, tells the supervisor, ends. */
import { asTold } from '../errors.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { startHeartbeat } from './heartbeat.ts';
import { runJob } from './run-job.ts';
import type { StopFlag } from './run-job.ts';

const heartbeat = startHeartbeat();
const stop: StopFlag = { requested: false };
const requestStop = (): void => void (stop.requested = true);

// Ctrl-C reaches the whole process group: the supervisor decides when enough is enough.
process.on('SIGINT', requestStop);
process.on('SIGTERM', requestStop);
// The supervisor is gone: save what there is.
process.on('disconnect', requestStop);

function tell(message: FromWorker): void {
  heartbeat.moved();
  if (process.connected) process.send?.(message);
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') requestStop();
  else void run(message);
});

async function run({ job }: ToWorker & { kind: 'run' }): Promise<void> {
  let last: FromWorker = { kind: 'done' };
  let code = 0;
  try {
    const interrupted = await runJob(job, { tell, stop, moved: heartbeat.moved });
    if (interrupted !== null) last = { kind: 'interrupted', stage: interrupted };
  } catch (error) {
    const stage = (error as { stage?: unknown }).stage;
    last = {
      kind: 'failed',
      stage: typeof stage === 'string' ? stage : null,
      error: asTold(error),
    };
    code = 1;
  }
  // Messages keep their order: when this one is out, all are.
  if (process.connected) process.send?.(last, undefined, undefined, () => process.exit(code));
  else process.exit(code);
}
