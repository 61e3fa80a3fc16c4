/** @file Runs a command in this process and keeps what it writes. */

export type Captured = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Nothing else may write meanwhile. */
export async function captured(command: () => Promise<number>): Promise<Captured> {
  const texts = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const before = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = ((chunk: string | Uint8Array) => {
      texts[name] += String(chunk);
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    const code = await command();
    return { code, ...texts };
  } finally {
    streams.forEach((name, i) => (process[name].write = before[i] as typeof process.stdout.write));
  }
}
