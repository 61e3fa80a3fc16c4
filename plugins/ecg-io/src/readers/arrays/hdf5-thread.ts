/** @file HDF5 in a thread of its own: the library is WebAssembly, which can be ended and whose memory can be held back there. */
import { Worker } from 'node:worker_threads';
import * as errors from '../common/errors.ts';
import { MAX_FILE_BYTES, MAX_VALUES } from '../common/limits.ts';

/** Memory of the library: the file, one array and its work. */
const MAX_HEAP_BYTES = 3 * MAX_FILE_BYTES + 64 * 2 ** 20;
const MAX_NAMES = 256;
const SECONDS = 4;

// Plain text, so that the thread needs no loader. Names: those of the file and of the groups in it, one level deep.
const threadCode = `
const { parentPort, workerData } = require('node:worker_threads');
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > workerData.maxHeap) throw new RangeError('memory');
  return grow.call(this, pages);
};
const name = 'recording.h5';
let library;
const load = async () => {
  const h5 = await import(workerData.url);
  await h5.ready;
  h5.deactivate_conversion_path?.();
  return h5;
};
const shapeOf = (entity) => {
  try { return entity !== null && entity.type === 'Dataset' && entity.shape ? [...entity.shape] : undefined; } catch { return undefined; }
};
parentPort.on('message', async ({ bytes, choose }) => {
  let file;
  let h5;
  try {
    h5 = await (library ??= load());
    h5.FS.writeFile(name, bytes);
    file = new h5.File(name, 'r');
    const found = [];
    const visit = (group, prefix, depth) => {
      for (const key of group.keys()) {
        if (found.length >= workerData.maxNames) return;
        const entity = group.get(key);
        const shape = shapeOf(entity);
        if (shape !== undefined) found.push({ name: prefix + key, shape });
        else if (depth > 0 && entity !== null && entity.type === 'Group') visit(entity, prefix + key + '/', depth - 1);
      }
    };
    visit(file, '', 1);
    let pick = found.find((each) => each.name === choose);
    if (choose === undefined) {
      const flat = found.filter((each) => each.shape.length === 2);
      pick = found.find((each) => each.name === 'ecg') ?? (flat.length === 1 ? flat[0] : undefined);
    }
    const answer = { found, pick: pick?.name };
    if (pick !== undefined) {
      const size = pick.shape.reduce((product, extent) => product * extent, 1);
      answer.size = size;
      if (size <= workerData.maxValues) {
        const data = file.get(pick.name);
        const kind = data.metadata.type;
        answer.isNumeric = kind === 0 || kind === 1;
        if (answer.isNumeric) answer.values = Float64Array.from(data.value, Number);
        const stated = data.attrs?.samplingHz?.value;
        answer.samplingHz = typeof stated === 'object' ? Number(stated?.[0]) : Number(stated);
      }
    }
    parentPort.postMessage({ answer });
  } catch (error) {
    const fatal = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    parentPort.postMessage({ failed: String(error).slice(0, 200), fatal });
  } finally {
    try { file?.close(); } catch {}
    try { h5?.FS.unlink(name); } catch {}
  }
});
`;

export type Hdf5Answer = {
  readonly found: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** The array that was chosen, if one was. */
  readonly pick?: string;
  readonly size?: number;
  readonly isNumeric?: boolean;
  readonly values?: Float64Array;
  readonly samplingHz?: number;
};

let thread: Worker | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** What a file has, and the values of the array to read. One file at a time. Errors: E_ECG_DAMAGED, E_ECG_TIME. */
export function readHdf5(
  bytes: Uint8Array,
  choose: string | undefined,
  where: string,
): Promise<Hdf5Answer> {
  const mine = queue.then(() => ask(bytes, choose, where));
  queue = mine.catch(() => undefined);
  return mine;
}

type Message = { readonly answer?: Hdf5Answer; readonly failed?: string; readonly fatal?: boolean };

async function ask(
  bytes: Uint8Array,
  choose: string | undefined,
  where: string,
): Promise<Hdf5Answer> {
  const worker = (thread ??= start());
  let timer: NodeJS.Timeout | undefined;
  let settle: (message: Message | 'late' | Error) => void = () => undefined;
  const ended = () => settle(new Error('the thread has ended'));
  const told = (message: Message | Error) => settle(message);
  const message = await new Promise<Message | 'late' | Error>((resolve) => {
    settle = resolve;
    timer = setTimeout(() => resolve('late'), SECONDS * 1000);
    worker.on('message', told).on('error', told).on('exit', ended);
    worker.postMessage({ bytes, choose });
  });
  clearTimeout(timer);
  worker.off('message', told).off('error', told).off('exit', ended);
  if (message === 'late' || message instanceof Error) {
    thread = undefined;
    void worker.terminate();
    if (message === 'late') throw errors.tooSlow(where, SECONDS);
    throw errors.damaged(where, 'HDF5', 'the HDF5 library breaks off on it', message);
  }
  if (message.answer !== undefined) return message.answer;
  if (message.fatal === true) {
    // The library may be left in any state.
    thread = undefined;
    void worker.terminate();
  }
  throw errors.damaged(where, 'HDF5', 'the HDF5 library cannot read it', message.failed);
}

function start(): Worker {
  const limits = { maxHeap: MAX_HEAP_BYTES, maxNames: MAX_NAMES, maxValues: MAX_VALUES };
  const worker = new Worker(threadCode, {
    eval: true,
    name: 'dualbeat-hdf5',
    execArgv: [],
    stderr: true, // the library prints its errors
    stdout: true,
    workerData: { ...limits, url: import.meta.resolve('h5wasm') },
  });
  worker.unref();
  return worker;
}
