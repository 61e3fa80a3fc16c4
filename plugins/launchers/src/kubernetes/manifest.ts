/** @file The Indexed Job that runs some jobs: one index each, with the exit code contract as its failure policy. Pure. */
import type { LaunchJob } from '@dualbeat/core';

export type ManifestOptions = {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** Claim of the volume that holds experiments and runs, and where it is mounted: the same path as here. */
  readonly claim: string;
  readonly mountPath: string;
  readonly gpuResource: string;
  readonly atOnce: number;
  readonly retries: number;
};

/**
 * `backoffLimitPerIndex`: an index is tried again after passing failures; exit code 42 (the experiment must be changed) fails it at
 * once; a pod that the cluster takes away does not count. JSON is YAML: `kubectl apply -f -` reads it.
 */
export function jobManifest(jobs: readonly LaunchJob[], of: ManifestOptions): object {
  const first = jobs[0] as LaunchJob;
  const { cpus, memoryBytes, devices, timeS } = first.resources;
  const limits = {
    cpu: String(cpus),
    ...(memoryBytes === undefined ? {} : { memory: `${Math.ceil(memoryBytes / 2 ** 20)}Mi` }),
    ...(devices === undefined ? {} : { [of.gpuResource]: String(devices) }),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: of.name,
      namespace: of.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'dualbeat' },
    },
    spec: {
      completionMode: 'Indexed',
      completions: jobs.length,
      parallelism: of.atOnce > 0 ? Math.min(of.atOnce, jobs.length) : jobs.length,
      backoffLimitPerIndex: of.retries,
      maxFailedIndexes: jobs.length,
      ...(timeS === undefined ? {} : { activeDeadlineSeconds: timeS * (of.retries + 1) }),
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          {
            action: 'FailIndex',
            onExitCodes: { containerName: 'run', operator: 'In', values: [42] },
          },
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 120,
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'run',
              image: of.image,
              command: ['/bin/sh', '-c', 'exec "$DUALBEAT_JOBS/$JOB_COMPLETION_INDEX.sh"'],
              env: [{ name: 'DUALBEAT_JOBS', value: folderOf(first, of.name) }],
              resources: { limits, requests: limits },
              securityContext: { allowPrivilegeEscalation: false },
              volumeMounts: [{ name: 'work', mountPath: of.mountPath }],
            },
          ],
          volumes: [{ name: 'work', persistentVolumeClaim: { claimName: of.claim } }],
        },
      },
    },
  };
}

/** Where the scripts of the indexes lie, on the shared volume. */
export function folderOf(first: LaunchJob, name: string): string {
  return `${first.log.replace(/\/[^/]*$/, '')}/${name}`;
}
