/** Reads a store from Python, where `DUALBEAT_PYTHON` (or python3) has zarr 3 and pyarrow. */
import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import * as small from '../../fixtures/small-store.ts';
import { openStore } from '../index.ts';

afterAll(small.removeFolders);
const python = process.env['DUALBEAT_PYTHON'] ?? 'python3';
const probe = spawnSync(python, ['-c', 'import zarr, pyarrow; print(zarr.__version__)'], {
  encoding: 'utf8',
});
const has = probe.status === 0 && probe.stdout.startsWith('3');

const script = `
import glob, json, sys
import numpy as np, zarr, pyarrow.parquet as pq, pyarrow as pa
store = sys.argv[1]
group = zarr.open_group(store + '/views', mode='r')
table = pa.concat_tables([pq.read_table(f) for f in sorted(glob.glob(store + '/tables/*.parquet'))])
out = {'names': sorted(group.array_keys()), 'types': {n: str(table.schema.field(n).type) for n in ['date', 'covariate.age', 'ecg.present', 'subject']}}
for name in out['names']:
    raw = group[name][:]
    scale = np.array([s or 0 for s in table[name + '.scale'].to_pylist()], 'float64')
    values = (raw * scale.reshape((-1,) + (1,) * (raw.ndim - 1))).astype('float32')
    out[name] = {'shape': raw.shape, 'dtype': str(raw.dtype), 'values': values.ravel().tolist()}
out['date'] = [str(d) for d in table['date'].to_pylist()]
out['age'] = table['covariate.age'].to_pylist()
print(json.dumps(out))
`;
const name = has
  ? 'a store is read by zarr-python and pyarrow'
  : 'skipped: no Python with zarr 3 and pyarrow (DUALBEAT_PYTHON)';
test.skipIf(!has).each(['none', 'gzip'] as const)(
  `${name}, compression %s`,
  async (compression) => {
    const path = await small.smallStore(11, { compression });
    const ran = spawnSync(python, ['-c', script, path], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const theirs = JSON.parse(ran.stdout) as { [key: string]: unknown };
    const store = openStore(path);
    expect(theirs).toMatchObject({
      names: ['ecg', 'ed', 'es'],
      types: {
        date: 'date32[day]',
        'covariate.age': 'double',
        'ecg.present': 'bool',
        subject: 'string',
      },
      ecg: { shape: [11, 2, 5], dtype: 'int16' },
    });
    const rows = Int32Array.from({ length: 11 }, (_, i) => i);
    for (const view of ['ecg', 'ed', 'es']) {
      const { values } = await store.read(rows, view);
      expect((theirs[view] as { values: number[] }).values).toEqual([...values.data]);
    }
    expect(theirs['date']).toEqual(await store.column('date'));
    expect(theirs['age']).toEqual(await store.column('covariate.age'));
  },
);
