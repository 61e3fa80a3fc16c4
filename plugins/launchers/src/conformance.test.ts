import { describeLauncher } from '@dualbeat/plugin-kit';

// SLURM, Kubernetes and Ray need a cluster: their own tests run them against programs that answer as these do.
describeLauncher(import.meta.url, {
  id: 'local',
  cases: [{ options: { slots: 2 }, from: { resolve: (path) => path } }],
});
