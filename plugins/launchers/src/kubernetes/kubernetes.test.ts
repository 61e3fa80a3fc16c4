import { describe, expect, test } from 'vitest';
import { holds } from './kubernetes.ts';
import { jobManifest } from './manifest.ts';

const job = (id: string) => ({
  id,
  command: ['node', 'x.js'],
  cwd: '/work',
  env: {},
  log: `/work/runs/logs/${id}.log`,
  resources: { cpus: 2, memoryBytes: 3 << 30, devices: 1, timeS: 3600 },
});

// Kubernetes' rules for batch/v1 Job that an Indexed Job with failure policies must meet; a cluster was not at hand.
describe('the manifest (not run on a cluster)', () => {
  const manifest = jobManifest([job('a'), job('b'), job('c')], {
    name: 'dualbeat-1f0c',
    namespace: 'studies',
    image: 'registry/dualbeat:1',
    claim: 'work',
    mountPath: '/work',
    gpuResource: 'nvidia.com/gpu',
    atOnce: 2,
    retries: 3,
  });

  test('one index per job, the exit codes as its failure policy', () => {
    expect(manifest).toMatchInlineSnapshot(`
      {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
          "labels": {
            "app.kubernetes.io/managed-by": "dualbeat",
          },
          "name": "dualbeat-1f0c",
          "namespace": "studies",
        },
        "spec": {
          "activeDeadlineSeconds": 14400,
          "backoffLimitPerIndex": 3,
          "completionMode": "Indexed",
          "completions": 3,
          "maxFailedIndexes": 3,
          "parallelism": 2,
          "podFailurePolicy": {
            "rules": [
              {
                "action": "Ignore",
                "onPodConditions": [
                  {
                    "status": "True",
                    "type": "DisruptionTarget",
                  },
                ],
              },
              {
                "action": "FailIndex",
                "onExitCodes": {
                  "containerName": "run",
                  "operator": "In",
                  "values": [
                    42,
                  ],
                },
              },
            ],
          },
          "template": {
            "spec": {
              "automountServiceAccountToken": false,
              "containers": [
                {
                  "command": [
                    "/bin/sh",
                    "-c",
                    "exec "$DUALBEAT_JOBS/$JOB_COMPLETION_INDEX.sh"",
                  ],
                  "env": [
                    {
                      "name": "DUALBEAT_JOBS",
                      "value": "/work/runs/logs/dualbeat-1f0c",
                    },
                  ],
                  "image": "registry/dualbeat:1",
                  "name": "run",
                  "resources": {
                    "limits": {
                      "cpu": "2",
                      "memory": "-1024Mi",
                      "nvidia.com/gpu": "1",
                    },
                    "requests": {
                      "cpu": "2",
                      "memory": "-1024Mi",
                      "nvidia.com/gpu": "1",
                    },
                  },
                  "securityContext": {
                    "allowPrivilegeEscalation": false,
                  },
                  "volumeMounts": [
                    {
                      "mountPath": "/work",
                      "name": "work",
                    },
                  ],
                },
              ],
              "restartPolicy": "Never",
              "terminationGracePeriodSeconds": 120,
              "volumes": [
                {
                  "name": "work",
                  "persistentVolumeClaim": {
                    "claimName": "work",
                  },
                },
              ],
            },
          },
        },
      }
    `);
  });

  test('what the server demands of it', () => {
    const { spec, metadata } = manifest as {
      metadata: { name: string };
      spec: {
        completionMode: string;
        backoffLimitPerIndex: number;
        podFailurePolicy: { rules: { action: string; onExitCodes?: { values: number[] } }[] };
        template: { spec: { restartPolicy: string; containers: { name: string }[] } };
      };
    };
    expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    expect(spec.completionMode).toBe('Indexed'); // demanded by backoffLimitPerIndex and FailIndex
    expect(spec.backoffLimitPerIndex).toBeGreaterThanOrEqual(0);
    expect(spec.template.spec.restartPolicy).toBe('Never'); // demanded by podFailurePolicy
    const codes = spec.podFailurePolicy.rules.flatMap(
      ({ onExitCodes }) => onExitCodes?.values ?? [],
    );
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b)); // unique, in order
    expect(codes).not.toContain(0);
  });
});

test.each([
  ['1,3-5,7', [1, 3, 4, 5, 7]],
  ['0-2', [0, 1, 2]],
  ['', []],
  [undefined, []],
])('indexes %j', (text, wanted) => {
  expect(Array.from({ length: 9 }, (_, i) => i).filter((i) => holds(text, i))).toEqual(wanted);
});
