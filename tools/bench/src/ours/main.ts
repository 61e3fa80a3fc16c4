/**
 * @file Our side as a process. Arguments: the case as JSON. Reads one JSON command per line from standard input and answers
 * each with one line: {"do": "step", "count": n}, {"do": "facts"}, {"do": "profile"}, {"do": "quit"}.
 */
import { createInterface } from 'node:readline';
import type { Runtime } from '@dualbeat/core';
import { isCoded } from '@dualbeat/core';
import { openRuntime } from '@dualbeat/tensor';
import type { CaseOptions } from '../case-options.ts';
import { profileOf } from '../profile/profile-of.ts';
import type { SideCommand } from '../side/messages.ts';
import { openStepper } from './open-stepper.ts';
import type { Stepper } from './open-stepper.ts';
import { peakBytes } from './peak-bytes.ts';

const answer = (said: object): void => void process.stdout.write(`${JSON.stringify(said)}\n`);

function takeSteps({ step }: Stepper, count: number): object {
  const losses: number[] = [];
  const seconds: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    losses.push(step()['loss'] as number);
    seconds.push((performance.now() - start) / 1000);
  }
  return { losses, seconds };
}

function facts(runtime: Runtime, stepper: Stepper): object {
  const { version } = runtime as Partial<{ version: string }>;
  const traces = runtime
    .traces()
    .map(({ traceMs, nodes }) => `${nodes} nodes in ${Math.round(traceMs)} ms`);
  return {
    peakBytes: peakBytes(),
    parameters: stepper.parameters,
    versions: { node: process.versions.node, libtensorflow: version ?? 'unknown' },
    notes: traces.map((trace) => `traced once: ${trace}`),
  };
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as CaseOptions;
  const runtime = await openRuntime({ use: 'tf' });
  const stepper = await openStepper(runtime, options);
  answer({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as SideCommand;
    if (command.do === 'quit') break;
    if (command.do === 'step') answer(takeSteps(stepper, command.count));
    if (command.do === 'facts') answer(facts(runtime, stepper));
    if (command.do === 'profile') answer({ profile: profileOf(runtime, () => stepper.step()) });
  }
  stepper.close();
  runtime.close();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const { stack, message } = error as Error;
  if (!isCoded(error)) process.stderr.write(`${stack}\n`);
  process.stderr.write(`${message}\n`); // last, where the orchestrator looks
  process.exit(1);
}
