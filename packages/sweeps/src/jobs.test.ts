import { expect, test } from 'vitest';
import { blockedJobs, jobsOf, readyJobs } from './jobs.ts';
import type { PlannedTrial } from './plan-sweep.ts';

const needs = { align: ['mae', 'ed'], probe: ['align'], ed: [], mae: [] };
const trial = (name: string, stages: { [name: string]: string }): PlannedTrial => ({
  name,
  variant: null,
  seed: 0,
  values: {},
  stages,
  needs,
  result: 'probe',
  parameters: 1,
});

test('a stage that several trials need is one job; all else of a trial is another', () => {
  const jobs = jobsOf([
    trial('a', { mae: 'm', ed: 'e', align: 'a1', probe: 'p1' }),
    trial('b', { mae: 'm', ed: 'e', align: 'a2', probe: 'p2' }),
    trial('c', { mae: 'm', probe: 'p3' }),
    trial('d', { mae: 'other-seed', probe: 'p4' }),
  ]);
  expect(jobs.map(({ id, after, computes }) => [id, after, computes])).toEqual([
    ['stage-mae-m', [], ['m']],
    ['stage-ed-e', [], ['e']],
    ['trial-a', ['stage-mae-m', 'stage-ed-e'], ['a1', 'p1']],
    ['trial-b', ['stage-mae-m', 'stage-ed-e'], ['a2', 'p2']],
    ['trial-c', ['stage-mae-m'], ['p3']],
    ['trial-d', [], ['other-seed', 'p4']],
  ]);
});

test('a shared stage waits for those that it starts from', () => {
  const jobs = jobsOf([
    trial('a', { mae: 'm', ed: 'e', align: 'a1', probe: 'p1' }),
    trial('b', { mae: 'm', ed: 'e', align: 'a1', probe: 'p2' }),
  ]);
  expect(jobs.find(({ id }) => id === 'stage-align-a1')?.after).toEqual([
    'stage-mae-m',
    'stage-ed-e',
  ]);
  expect(jobs.find(({ id }) => id === 'trial-b')?.after).toEqual([
    'stage-mae-m',
    'stage-ed-e',
    'stage-align-a1',
  ]);
});

test('what waits for a failed job can never run, and nothing runs before what it needs', () => {
  const jobs = jobsOf([
    trial('a', { mae: 'm', probe: 'p1' }),
    trial('b', { mae: 'm', probe: 'p2' }),
  ]);
  const states = { 'stage-mae-m': 'waiting', 'trial-a': 'waiting', 'trial-b': 'waiting' } as const;
  expect(readyJobs(jobs, states).map(({ id }) => id)).toEqual(['stage-mae-m']);
  const done = { ...states, 'stage-mae-m': 'done' } as const;
  expect(readyJobs(jobs, done).map(({ id }) => id)).toEqual(['trial-a', 'trial-b']);
  const failed = { ...states, 'stage-mae-m': 'failed' } as const;
  expect(readyJobs(jobs, failed)).toEqual([]);
  expect(blockedJobs(jobs, failed).map(({ id }) => id)).toEqual(['trial-a', 'trial-b']);
});
