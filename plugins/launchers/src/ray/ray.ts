/** @file Jobs through the Jobs REST interface of a Ray cluster that sees the same files. */
import { defineComponent } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState, Named } from '@dualbeat/core';
import { Type } from 'typebox';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { answerUnreadable, commandFailed, serviceUnreachable } from '../errors.ts';
import { exitState } from '../exit-file.ts';
import { jobScript, quoted } from '../shell.ts';
import { writeScript } from '../write-script.ts';
import { httpCall } from './http-call.ts';
import type { HttpAnswer } from './http-call.ts';

type Handle = { readonly id: string; readonly exit: string };

export const ray = defineComponent({
  kind: 'launcher',
  id: 'ray',
  options: Type.Object(
    {
      address: Type.String({
        pattern: '^https?://',
        default: 'http://127.0.0.1:8265',
        description: "The cluster's dashboard, where its Jobs interface is.",
      }),
      tokenVariable: Type.Optional(
        Type.String({
          pattern: '^[A-Z_][A-Z0-9_]*$',
          description: 'Environment variable that holds the cluster token.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  create: ({ address, tokenVariable }): Launcher => {
    const call = caller(address, tokenVariable);
    return {
      slots: Infinity,
      submit: (jobs) => Promise.all(jobs.map((job) => submit(job, call))),
      async poll(handles) {
        const states: { [handle: string]: LaunchState } = {};
        for (const handle of handles)
          states[handle] = await stateOf(JSON.parse(handle) as Handle, call);
        return states as Named<LaunchState>;
      },
      async cancel(handle) {
        const { id } = JSON.parse(handle) as Handle;
        await call('POST', `/api/jobs/${encodeURIComponent(id)}/stop`, undefined, [404, 500]);
      },
      close: () => Promise.resolve(),
    };
  },
});

type Call = (
  method: string,
  path: string,
  body?: object,
  fine?: readonly number[],
) => Promise<Named<unknown> | null>;

function caller(address: string, tokenVariable: string | undefined): Call {
  return async (method, path, body, fine = []) => {
    const token = tokenVariable === undefined ? undefined : process.env[tokenVariable];
    let answer: HttpAnswer;
    try {
      answer = await httpCall(new URL(path, address), {
        method,
        timeoutMs: 30_000,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw serviceUnreachable('ray', address, error);
    }
    const { status, text } = answer;
    if (fine.includes(status)) return null;
    if (status < 200 || status > 299) {
      throw commandFailed('ray', `${method} ${path}`, `${status} ${text}`);
    }
    try {
      return (text === '' ? {} : JSON.parse(text)) as Named<unknown>;
    } catch {
      throw answerUnreadable('ray', `${method} ${path}`, text);
    }
  };
}

async function submit(job: LaunchJob, call: Call): Promise<string> {
  mkdirSync(dirname(job.log), { recursive: true });
  const script = `${job.log}.sh`;
  writeScript(script, jobScript(job));
  const { cpus, devices, memoryBytes } = job.resources;
  const answer = await call('POST', '/api/jobs/', {
    entrypoint: `exec ${quoted(script)} >>${quoted(job.log)} 2>&1`,
    entrypoint_num_cpus: cpus,
    ...(devices === undefined ? {} : { entrypoint_num_gpus: devices }),
    ...(memoryBytes === undefined ? {} : { entrypoint_memory: memoryBytes }),
    metadata: { dualbeat: job.id },
  });
  const id = answer?.['submission_id'] ?? answer?.['job_id'];
  if (typeof id !== 'string')
    throw answerUnreadable('ray', 'POST /api/jobs/', JSON.stringify(answer));
  return JSON.stringify({ id, exit: `${job.log}.exit` } satisfies Handle);
}

async function stateOf({ id, exit }: Handle, call: Call): Promise<LaunchState> {
  const answer = await call('GET', `/api/jobs/${encodeURIComponent(id)}`, undefined, [404]);
  const status = answer?.['status'];
  if (status === 'PENDING') return { state: 'queued' };
  if (status === 'RUNNING') return { state: 'running' };
  const message =
    typeof answer?.['message'] === 'string'
      ? answer['message'].slice(0, 200)
      : 'Ray knows it no more';
  return exitState(exit) ?? { state: 'lost', reason: message };
}
