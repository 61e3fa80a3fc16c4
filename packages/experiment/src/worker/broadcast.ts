/** @file One pass over a source for several consumers, in lock step: nothing is kept, nothing is read twice. */

type Slot<T> = { readonly item: T } | 'end';

/**
 * Gives every item of `source` to all consumers; the next item is read when all have taken it. A consumer that ends early
 * is not waited for; one that throws ends the pass with its error.
 */
export async function broadcast<T, R>(
  source: AsyncIterable<T>,
  consumers: readonly ((items: AsyncIterable<T>) => Promise<R>)[],
): Promise<R[]> {
  const channels = consumers.map(() => openChannel<T>());
  const results = consumers.map(async (consume, i) => {
    const channel = channels[i] as Channel<T>;
    try {
      return await consume(channel.items);
    } finally {
      channel.leave();
    }
  });
  const all = Promise.all(results);
  let over = false;
  const feed = async (): Promise<void> => {
    for await (const item of source) {
      if (over) return;
      await Promise.all(channels.map((channel) => channel.put({ item })));
    }
    await Promise.all(channels.map((channel) => channel.put('end')));
  };
  // A failed consumer wins over the feed, which may then wait for it in vain.
  try {
    await Promise.race([Promise.all([feed(), all]), all]);
  } finally {
    over = true;
  }
  return all;
}

type Channel<T> = {
  readonly items: AsyncIterable<T>;
  /** Resolves when the slot was taken, or the consumer has left. */
  put(slot: Slot<T>): Promise<void>;
  leave(): void;
};

function openChannel<T>(): Channel<T> {
  let slot: Slot<T> | null = null;
  let left = false;
  let wake: (() => void) | null = null;
  let taken: (() => void) | null = null;
  return {
    put(next) {
      if (left) return Promise.resolve();
      slot = next;
      wake?.();
      return new Promise((resolve) => (taken = resolve));
    },
    leave() {
      left = true;
      taken?.();
    },
    items: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          if (slot === null) await new Promise<void>((resolve) => (wake = resolve));
          const next = slot as Slot<T> | null;
          if (next === null) continue;
          slot = null;
          wake = null;
          taken?.();
          if (next === 'end') return;
          yield next.item;
        }
      },
    },
  };
}
