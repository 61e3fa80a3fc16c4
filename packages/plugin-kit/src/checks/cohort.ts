/** @file Checks of cohorts: rows, subjects, splits and what is read. */
import type { ArraySpec, Cohort, HostArray, HostMasked, Named, Split } from '@dualbeat/core';
import { isCoded } from '@dualbeat/core';
import { bitsDiffering } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { selectRows } from '../harness/harness.ts';
import { dtypeOf, sizeOf } from '../support/arrays.ts';

export type CohortCase = CaseSubject<'cohort'>;
const parts = ['train', 'val', 'test'] as const;
/** Rows that are read: a few suffice, records may be large. */
const few = 4;

const names = (cohort: Cohort): string[] => [
  ...Object.keys(cohort.views),
  ...Object.keys(cohort.targets),
];
const specOf = (cohort: Cohort, name: string): ArraySpec =>
  (cohort.views[name] ?? cohort.targets[name]) as ArraySpec;

async function codedError(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return 'no error';
  } catch (error) {
    return isCoded(error) ? undefined : `${String(error)} without a code`;
  }
}

export const cohortRows = defineCheck<CohortCase>({
  name: 'cohort-rows',
  states:
    'Rows of `all` are distinct and hold the other splits; ids are distinct; there are as many ids and subjects as rows; each answer is a copy.',
  async run({ make }) {
    const cohort = await make();
    const all = await cohort.rows('all');
    ensure(
      all.length > 0 && new Set(all).size === all.length,
      `\`all\` has ${all.length} rows, ${new Set(all).size} of them distinct`,
      'number each row once',
    );
    const inAll = new Set(all);
    for (const split of parts) {
      const rows = await cohort.rows(split);
      const strange = rows.find((row) => !inAll.has(row));
      ensure(
        strange === undefined && new Set(rows).size === rows.length,
        `the split ${split} has ${strange === undefined ? 'a row twice' : `row ${strange}, which \`all\` has not`}`,
        'let splits be parts of `all`',
      );
    }
    const [ids, subjects] = [cohort.ids(all), cohort.subjects(all)];
    ensure(
      ids.length === all.length && subjects.length === all.length,
      `${all.length} rows have ${ids.length} ids and ${subjects.length} subjects`,
      'answer row by row',
    );
    ensure(
      new Set(ids).size === ids.length && ids.every((id) => id !== ''),
      'two rows share an id, or one is empty',
      'make ids that name one record',
    );
    const turned = all.slice().reverse();
    ensure(
      [...cohort.ids(turned)].reverse().join('\n') === ids.join('\n') &&
        [...cohort.subjects(turned)].reverse().join() === subjects.join(),
      'ids or subjects of rows in another order do not follow that order',
      'answer for the rows that are asked for, in their order',
    );
    (await cohort.rows('all')).fill(-1);
    ensure(
      (await cohort.rows('all')).join() === all.join(),
      'a caller that changes the rows it got changes the cohort',
      'give a copy',
    );
  },
});

export const cohortSplits = defineCheck<CohortCase>({
  name: 'cohort-splits',
  states: 'No subject is in two of train, val and test, and train is not empty.',
  async run({ make }) {
    const cohort = await make();
    const owner = new Map<number, Split>();
    for (const split of parts) {
      const rows = await cohort.rows(split);
      ensure(split !== 'train' || rows.length > 0, 'train is empty', 'put subjects there');
      for (const subject of cohort.subjects(rows)) {
        const other = owner.get(subject);
        ensure(
          other === undefined || other === split,
          `subject ${subject} is in ${other} and in ${split}`,
          'split by subject, not by record',
        );
        owner.set(subject, split);
      }
    }
  },
});

export const cohortRead = defineCheck<CohortCase>({
  name: 'cohort-read',
  states:
    'What is read has the declared shape and type and is finite where present, 0 where absent; `present` covers its leading axes.',
  async run({ make }) {
    const cohort = await make();
    const rows = (await cohort.rows('all')).slice(0, few);
    const read = await cohort.read(rows, names(cohort));
    ensure(
      Object.keys(read).sort().join() === names(cohort).sort().join(),
      `asked for ${names(cohort).join(', ')} it gives ${Object.keys(read).join(', ')}`,
      'give what is asked for',
    );
    for (const [name, { values, present }] of Object.entries(read)) {
      const spec = specOf(cohort, name);
      const wanted = [rows.length, ...spec.shape];
      ensure(
        values.shape.join() === wanted.join() &&
          values.data.length === sizeOf(wanted) &&
          dtypeOf(values) === spec.dtype,
        `"${name}" is ${dtypeOf(values)} [${values.shape.join(', ')}] with ${values.data.length} values, declared is ${spec.dtype} [${wanted.join(', ')}]`,
        'read what is declared',
      );
      ensure(
        present.data instanceof Uint8Array &&
          present.data.length === sizeOf(present.shape) &&
          present.shape.length >= 1 &&
          present.shape.every((extent, i) => extent === wanted[i]),
        `\`present\` of "${name}" is [${present.shape.join(', ')}] with ${present.data.length} values`,
        'give 0 or 1 over the leading axes',
      );
      const each = values.data.length / Math.max(present.data.length, 1);
      const wrong = (values.data as Float32Array).findIndex((x, i) =>
        present.data[Math.floor(i / each)] === 1 ? !Number.isFinite(x) : x !== 0,
      );
      ensure(
        wrong < 0,
        `"${name}" holds ${values.data[wrong]} at ${wrong}, which is ${present.data[Math.floor(wrong / each)] === 1 ? 'present' : 'absent'}`,
        'give finite values where present and 0 where absent',
      );
    }
  },
});

export const cohortPure = defineCheck<CohortCase>({
  name: 'cohort-pure',
  states:
    '`read` is a pure function of its rows: twice, in another order, one by one, at the same time and from a second cohort it gives the same bits.',
  async run({ make }) {
    const cohort = await make();
    const rows = (await cohort.rows('all')).slice(0, few);
    const all = names(cohort);
    const first = copies(flat(await cohort.read(rows, all)));
    const order = [...rows.keys()].reverse();
    const turned = Int32Array.from(order, (i) => rows[i] as number);
    const reordered = Object.fromEntries(
      Object.entries(first).map(([name, array]) => [name, selectRows(array, order)]),
    );
    const [again, other, fresh] = await Promise.all([
      cohort.read(rows, all),
      cohort.read(turned, all),
      (await make()).read(rows, all),
    ]);
    for (const [what, found, wanted] of [
      ['read a second time', flat(again), first],
      ['rows in another order', flat(other), reordered],
      ['a second cohort of the same options', flat(fresh), first],
    ] as const) {
      const wrong = bitsDiffering(found, wanted);
      ensure(
        wrong === undefined,
        `${wrong}: ${what}`,
        'make `read` a pure function of row and options',
      );
    }
    for (const [i, row] of rows.entries()) {
      const alone = flat(await cohort.read(Int32Array.of(row), all));
      const wanted = Object.fromEntries(
        Object.entries(first).map(([name, array]) => [name, selectRows(array, [i])]),
      );
      const wrong = bitsDiffering(alone, wanted);
      ensure(
        wrong === undefined,
        `${wrong}: row ${row} alone and among others`,
        'make `read` a pure function of row and options',
      );
    }
    for (const array of Object.values(again)) array.values.data.fill(7);
    const after = bitsDiffering(flat(await cohort.read(rows, all)), first);
    ensure(
      after === undefined,
      `${after}: after a caller changed what it had read`,
      'give arrays away: copy what is kept',
    );
  },
});

export const cohortDigest = defineCheck<CohortCase>({
  name: 'cohort-digest',
  states: 'The digest is a SHA-256 in hex and the same for the same options.',
  async run({ make }) {
    const [a, b] = [await make(), await make()];
    ensure(
      /^[0-9a-f]{64}$/.test(a.digest),
      `the digest is ${JSON.stringify(a.digest)}`,
      'give 64 hexadecimal digits',
    );
    ensure(
      a.digest === b.digest,
      'two of the same options have different digests',
      'hash what the rows are made of: no times, no random numbers',
    );
  },
});

export const cohortSpecs = defineCheck<CohortCase>({
  name: 'cohort-specs',
  states:
    'Each axis of a view is described, each column of a target has a name, unit, mean and standard deviation; no name is both.',
  async run({ make }) {
    const { views, targets } = await make();
    for (const [name, view] of Object.entries(views)) {
      ensure(
        view.axes.length === view.shape.length &&
          view.axes.every(
            ({ labels }, i) => labels === undefined || labels.length === view.shape[i],
          ),
        `the view "${name}" has the shape [${view.shape.join(', ')}] and the axes ${view.axes.map((a) => `${a.name}${a.labels === undefined ? '' : ` (${a.labels.length} labels)`}`).join(', ')}`,
        'describe every axis, with as many labels as it has positions',
      );
      ensure(
        !Object.hasOwn(targets, name),
        `"${name}" is a view and a target`,
        'give them different names',
      );
    }
    for (const [name, target] of Object.entries(targets)) {
      const lengths = [target.names, target.units, target.mean, target.std].map((l) => l.length);
      ensure(
        new Set(lengths).size === 1,
        `the target "${name}" has ${lengths.join(', ')} names, units, means and standard deviations`,
        'give one of each per column',
      );
      ensure(
        [...target.mean, ...target.std].every(Number.isFinite) && target.std.every((s) => s >= 0),
        `the target "${name}" has a mean or standard deviation that is no number`,
        'compute them over the training rows that have it',
      );
    }
  },
});

export const cohortErrors = defineCheck<CohortCase>({
  name: 'cohort-errors',
  states: 'Unknown names and rows outside are coded errors; no rows and no names are none.',
  async run({ make }) {
    const cohort = await make();
    const all = await cohort.rows('all');
    const [first] = all as unknown as [number];
    const beyond = Math.max(...all) + 1;
    const name = names(cohort)[0] as string;
    for (const [what, run] of [
      ['an unknown name', () => cohort.read(Int32Array.of(first), ['no-such-name'])],
      ['a name of Object', () => cohort.read(Int32Array.of(first), ['constructor'])],
      [`row ${beyond}`, () => cohort.read(Int32Array.of(beyond), [name])],
      ['row -1', () => cohort.read(Int32Array.of(-1), [name])],
    ] as const) {
      const wrong = await codedError(run);
      ensure(
        wrong === undefined,
        `reading ${what} gives ${wrong}`,
        'throw a coded error that says what there is',
      );
    }
    const none = await cohort.read(new Int32Array(), [name]);
    ensure(
      none[name]?.values.shape[0] === 0 && none[name].values.data.length === 0,
      'no rows do not give an empty array',
      'give the shape [0, ...]',
    );
    ensure(
      Object.keys(await cohort.read(Int32Array.of(first), [])).length === 0,
      'no names give something',
      'give what is asked for',
    );
  },
});

const copies = (named: Named<HostArray>): Named<HostArray> =>
  Object.fromEntries(
    Object.entries(named).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
const flat = (read: Named<HostMasked>) =>
  Object.fromEntries(
    Object.entries(read).flatMap(([name, { values, present }]) => [
      [name, values],
      [`${name}/present`, present],
    ]),
  );
