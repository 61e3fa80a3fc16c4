/** @file Coded errors of tracking. */
import { DualbeatError } from '@dualbeat/core';

export function trackerBusy(experiment: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_TRACKING_BUSY',
    cause: `another process sends the runs of '${experiment}' at this moment.`,
    fix: 'wait until it is done; `npx dualbeat track status` shows what is sent.',
    error,
  });
}

export function noTracker(): DualbeatError {
  return new DualbeatError({
    code: 'E_TRACKING_NOWHERE',
    cause: 'no MLflow server is named.',
    fix: 'set MLFLOW_TRACKING_URI, give --uri, or start a local server with `npx dualbeat ui`.',
  });
}

export function noRuns(root: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRACKING_NO_RUNS',
    where: root,
    cause: 'there are no runs here.',
    fix: 'name the folder of the runs with --runs-root.',
  });
}

export function pythonUnfit(found: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRACKING_PYTHON',
    cause: `the MLflow server needs Python 3.10 or newer with venv and pip; found ${found}.`,
    fix: 'install such a Python, or name it in DUALBEAT_PYTHON; a server elsewhere needs none here (MLFLOW_TRACKING_URI).',
  });
}

export function installFailed(step: string, log: string, text: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRACKING_INSTALL',
    where: log,
    cause: `the MLflow server could not be installed (${step}: ${lastLine(text)}).`,
    fix: 'look into the log; check network and space, then run the command again: it starts anew.',
  });
}

export function serverFailed(log: string, text: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRACKING_SERVER',
    where: log,
    cause: `the MLflow server did not start (${lastLine(text)}).`,
    fix: 'look into the log; a port that is taken can be changed with --port.',
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) || 'it said nothing';
}
