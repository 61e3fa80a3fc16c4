/**
 * @file Seconds for 1,000 subjects with ECG (12 x 5000), ED, ES, phenotypes and survival through the loader with two threads:
 * `node --conditions=@dualbeat/source --import tsx plugins/cohort-synthetic/bench/throughput.ts [subjects]`.
 */
import { cpus } from 'node:os';
import { openLoader } from '@dualbeat/data';

const subjects = Number(process.argv[2] ?? 1000);
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
const sizes = {
  'default 6 x 48 x 52': {},
  'paper 6 x 85 x 92': { cmr: { height: 85, width: 92, pixelMm: 1.8 } },
};
for (const [name, options] of Object.entries(sizes)) {
  const init = { options: { subjects, ...options }, views: ['ecg', 'ed', 'es', 'covariates'] };
  const module = new URL('../fixtures/batch-source.ts', import.meta.url).href;
  const loader = await openLoader({ source: { module, init }, workers: 2, prefetch: 4 });
  const order = Int32Array.from({ length: subjects }, (_, row) => row);
  const before = process.cpuUsage();
  const start = performance.now();
  let read = 0;
  const plan = { order, batchSize: 32, dropRemainder: false, seed: 0, epoch: 0 } as const;
  for await (const batch of loader.batches({ ...plan, mode: 'eval' })) read += batch.rows.length;
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  await loader.close();
  const processor = ((user + system) / 1e6).toFixed(1);
  say(`${name}: ${read} rows in ${seconds.toFixed(1)} s (${processor} s of processor time)`);
}
