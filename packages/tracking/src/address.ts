/** @file Which server is meant, and with which credentials: MLflow's own environment variables. */
import { openMlflow } from '@dualbeat/mlflow-js';
import type { MlflowClient, MlflowOptions } from '@dualbeat/mlflow-js';
import { noTracker } from './errors.ts';

type Environment = { readonly [name: string]: string | undefined };

/** MLFLOW_TRACKING_URI, _TOKEN, _USERNAME, _PASSWORD; null where no server is named. */
export function trackerOf(env: Environment, uri?: string): MlflowOptions | null {
  const address = uri ?? env['MLFLOW_TRACKING_URI'];
  if (address === undefined || address === '') return null;
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: username,
    MLFLOW_TRACKING_PASSWORD: password,
  } = env;
  return {
    uri: address,
    ...(token ? { token } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
  };
}

/** Errors: E_TRACKING_NOWHERE, E_MLFLOW_URI. */
export function openTracker(env: Environment, uri?: string): MlflowClient {
  const options = trackerOf(env, uri);
  if (options === null) throw noTracker();
  return openMlflow(options);
}
