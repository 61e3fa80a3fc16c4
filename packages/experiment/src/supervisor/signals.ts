/** @file SIGINT and SIGTERM: the first asks, the second ends. */

export type StopSignal = 'SIGINT' | 'SIGTERM';

export function listenToSignals(on: {
  readonly first: (signal: StopSignal) => void;
  readonly second: (signal: StopSignal) => void;
}): { heard(): StopSignal | null; close(): void } {
  let heard: StopSignal | null = null;
  const listen = (signal: StopSignal): void => {
    if (heard !== null) return on.second(signal);
    heard = signal;
    on.first(signal);
  };
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  return {
    heard: () => heard,
    close() {
      process.off('SIGINT', listen);
      process.off('SIGTERM', listen);
    },
  };
}
