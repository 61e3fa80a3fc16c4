/** @file A thread that ends the process when imported code loops for ever: nothing in this thread could. */
import { isMainThread, Worker } from 'node:worker_threads';

/** The experiment must be changed. */
const exitCode = 42;
const everyMs = 100;

// Plain text, so that the thread needs no module and no loader. The inspector reaches a thread that never gives control back.
const threadCode = `
const { workerData, parentPort } = require('node:worker_threads');
const at = new BigInt64Array(workerData.shared);
let text = '';
parentPort.on('message', (message) => (text = message));
const timer = setInterval(() => {
  const until = Number(Atomics.load(at, 0));
  if (until === 0 || Date.now() < until) return;
  clearInterval(timer);
  require('node:fs').writeSync(2, text + '\\n');
  const { Session } = require('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.evaluate', { expression: 'process.reallyExit(${exitCode})' });
}, ${everyMs});
`;

type Watch = { readonly at: BigInt64Array; readonly thread: Worker };
let watch: Watch | undefined;

/**
 * Until the given function is called: after `limitMs` (and some), `text` goes to stderr and the process ends with 42.
 * The main thread only; elsewhere the thread's owner notices.
 */
export function watchLoops(limitMs: number, text: string): () => void {
  if (!isMainThread) return () => undefined;
  watch ??= start();
  const { at, thread } = watch;
  thread.postMessage(text);
  // a promise that never settles is noticed in this thread, at the limit itself
  Atomics.store(at, 0, BigInt(new Date().getTime() + Math.ceil(limitMs) + 10 * everyMs));
  return () => void Atomics.store(at, 0, 0n);
}

function start(): Watch {
  const shared = new SharedArrayBuffer(8);
  const thread = new Worker(threadCode, {
    eval: true,
    name: 'dualbeat-watch',
    execArgv: [],
    workerData: { shared },
  });
  thread.unref();
  return { at: new BigInt64Array(shared), thread };
}
