/** @file `dualbeat runtime install` and `dualbeat runtime doctor`. */
import { at, DualbeatError } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import { installRuntime, openRuntime, planInstall, preflight } from '@dualbeat/tensor';
import { say, sayJson } from '../say.ts';

type Device = 'cpu' | 'cuda';
export type RuntimeFlags = { readonly device: string; readonly json?: boolean };

export async function install(flags: RuntimeFlags): Promise<number> {
  const { platform, arch, env } = process;
  const plan = planInstall({ platform, arch, device: deviceOf(flags.device), env });
  const json = flags.json === true;
  const log = json ? (line: string) => void process.stderr.write(`${line}\n`) : say;
  const installed = await installRuntime(plan, { log, env });
  if (json) sayJson({ status: 'installed', exitCode: 0, ...installed });
  else say(`tensor runtime ${installed.version} (${installed.device}) is in ${installed.dir}`);
  return 0;
}

/** The machine, what is installed, and one training step on each runtime. Exit code 1 where something is not in order. */
export async function doctor(flags: RuntimeFlags): Promise<number> {
  const device = deviceOf(flags.device);
  const checks = [...(await preflight({ device }))];
  for (const use of ['js', 'tf']) {
    const check = `training step on ${use}`;
    try {
      checks.push({ check, ok: true, detail: await trainingStep(use, device) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      checks.push({ check, ok: false, detail });
    }
  }
  if (flags.json === true) sayJson(checks);
  else
    for (const { check, ok, detail } of checks) say(`${ok ? 'ok  ' : 'FAIL'} ${check}: ${detail}`);
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

/** Two compiled steps of gradient descent on a linear model with a known answer. */
async function trainingStep(use: string, device: Device): Promise<string> {
  const runtime = await openRuntime({ use, device });
  try {
    const started = performance.now();
    const { tf } = runtime;
    const step = runtime.compile('doctor', (params: Named, x: Named) => {
      const { value, grads } = runtime.valueAndGrad((own) => {
        const y = tf.matMul(at(x, 'x'), at(own, 'w'));
        const loss = tf.mean(tf.square(tf.sub(y, tf.scalar(1))));
        return { value: loss, aux: {} };
      }, params);
      const w = tf.sub(at(params, 'w'), tf.mul(at(grads, 'w'), tf.scalar(0.5)));
      return { loss: value, w };
    });
    // x = identity, w = 0: loss 1, gradient -2/4 each, next w 0.25, next loss 0.75^2.
    const x = {
      x: runtime.tensor({ shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) }, 'float32'),
    };
    const zero = runtime.tensor({ shape: [2, 2], data: new Float32Array(4) }, 'float32');
    const first = step({ w: zero }, x);
    const second = step({ w: first.w }, x);
    const losses = [first.loss, second.loss].map((loss) => runtime.read(loss)[0] as number);
    if (losses[0] !== 1 || losses[1] !== 0.5625) throw wrongStep(use, losses);
    return `${runtime.name} (${runtime.device}), losses ${losses.join(', ')}, ${(performance.now() - started).toFixed(0)} ms`;
  } finally {
    runtime.close();
  }
}

function wrongStep(use: string, losses: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_RUNTIME_WRONG',
    where: use,
    cause: `two training steps gave the losses ${losses.join(' and ')} instead of 1 and 0.5625.`,
    fix: 'install the runtime again, and report this with the output of `dualbeat runtime doctor`.',
  });
}

function deviceOf(device: string): Device {
  if (device === 'cpu' || device === 'cuda') return device;
  throw new DualbeatError({
    code: 'E_DEVICE_UNKNOWN',
    where: '--device',
    cause: `there is no device "${device}".`,
    fix: 'use cpu or cuda.',
  });
}
