/** @file Our side of the throughput benchmark, a process of its own: argv: request as JSON; prints a result as JSON. */
import { epochOrder, openLoader, openStore } from '@dualbeat/data';
import type { ReadRequest, ReadResult } from './read-request.ts';
import { storeSourceModule } from './store-source.ts';

const request = JSON.parse(process.argv[2] as string) as ReadRequest;
const { store, batch, batches, workers, prefetch, seed } = request;
const { rows } = openStore(store).manifest;
const all = Int32Array.from({ length: rows }, (_, i) => i);
const loader = await openLoader({
  source: { module: storeSourceModule, init: store },
  workers,
  prefetch,
});
const plan = { batchSize: batch, dropRemainder: true, seed, mode: 'train' } as const;

let check = 0;
for await (const { views } of loader.batches({
  ...plan,
  order: all.subarray(0, batch),
  epoch: 0,
})) {
  for (const { values } of Object.values(views))
    for (const value of values.data) check += Math.abs(value);
}
const waits: number[] = [];
const start = performance.now();
let given = 0;
for (let epoch = 0; given < batches; epoch++) {
  const order = epochOrder(all, { seed, epoch, shuffle: true });
  for await (const one of loader.batches({ ...plan, order, epoch })) {
    waits.push(one.waitMs);
    if (++given >= batches) break;
  }
}
const seconds = (performance.now() - start) / 1000;
await loader.close();
process.stdout.write(
  `${JSON.stringify({ seconds, batches: given, check } satisfies ReadResult)}\n`,
);
