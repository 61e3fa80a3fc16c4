/** @file A checkpoint whose tensors are a function of its step. Imports come late: the file system must be wrapped first. */
import type { Checkpoint, CheckpointStore } from '@dualbeat/training';

export async function storeAt(folder: string): Promise<CheckpointStore> {
  const { openCheckpointStore } = await import('@dualbeat/training');
  return openCheckpointStore({ folder, keepBest: 1, mode: 'min' });
}

export async function checkpointOf(step: number): Promise<Checkpoint> {
  const { freshProgress } = await import('@dualbeat/training');
  const values = (size: number): Float32Array =>
    Float32Array.from({ length: size }, (_, i) => step + i / 7);
  return {
    about: {
      experiment: 'e',
      stage: 's',
      stageId: '0',
      seed: 0,
      components: {},
      views: {},
      cohort: {},
      versions: {},
    },
    progress: { ...freshProgress, step, schedule: { x: step / 3 } },
    params: { 'encoders/ecg/w': { shape: [40, 50], data: values(2000) } },
    state: { 'heads/a/mean': { shape: [3], data: values(3) } },
    optimizer: { 'm/encoders/ecg/w': { shape: [40, 50], data: values(2000) } },
    subjects: { abc: Int32Array.of(1, 2, 3) },
  };
}
