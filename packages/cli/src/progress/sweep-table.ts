/** @file The live table of a sweep: one line per job that runs or changed, and the counts. */
import type { SweepState } from '@dualbeat/sweeps';

export type SweepTable = { show(state: SweepState): void; close(): void };

/** On a terminal the counts are rewritten in place; elsewhere only changes are printed. */
export function openSweepTable(of: {
  readonly quiet: boolean;
  readonly out: NodeJS.WriteStream;
}): SweepTable {
  const told = new Map<string, string>();
  const { out, quiet } = of;
  const live = out.isTTY;
  let line = '';
  const clear = (): void => {
    if (live && line !== '') out.write('\r\u001b[2K');
    line = '';
  };
  return {
    show({ jobs, records }) {
      if (quiet) return;
      for (const { id } of jobs) {
        const record = records[id];
        if (record === undefined) continue;
        const { state, reason, attempts } = record;
        const now = `${state}/${attempts}`;
        if (told.get(id) === now) continue;
        told.set(id, now);
        if (state === 'waiting' && attempts === 0) continue;
        clear();
        const again = state === 'waiting' ? 'will be tried again' : state;
        out.write(`${again.padEnd(8)} ${id}${reason === null ? '' : `: ${reason}`}\n`);
      }
      if (!live) return;
      const count = (state: string): number =>
        Object.values(records).filter((record) => record.state === state).length;
      clear();
      line = `${count('done')} done, ${count('running')} running, ${count('failed')} failed, ${count('waiting')} waiting`;
      out.write(line);
    },
    close: clear,
  };
}
