import { describe, expect, it } from 'vitest';
import { broadcast } from './broadcast.ts';

async function* count(to: number, seen: number[] = []): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) {
    seen.push(i);
    yield i;
  }
}
async function sum(items: AsyncIterable<number>): Promise<number> {
  let total = 0;
  for await (const item of items) {
    await new Promise((next) => setTimeout(next, item % 3)); // consumers are not equally fast
    total += item;
  }
  return total;
}
async function firstOf(items: AsyncIterable<number>): Promise<number> {
  for await (const item of items) return item;
  return -1;
}

describe('one pass for several consumers', () => {
  it('gives every item to all, read once', async () => {
    const seen: number[] = [];
    expect(await broadcast(count(20, seen), [sum, sum, firstOf])).toEqual([190, 190, 0]);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('reads no further than the slowest consumer wants', async () => {
    const seen: number[] = [];
    const results = await broadcast(count(20, seen), [firstOf, firstOf]);
    expect(results).toEqual([0, 0]);
    expect(seen.length).toBeLessThan(5);
  });

  it('ends for an empty source and for no consumer', async () => {
    expect(await broadcast(count(0), [sum, firstOf])).toEqual([0, -1]);
    expect(await broadcast(count(3), [])).toEqual([]);
  });

  it('passes on the error of a consumer and of the source', async () => {
    const failing = async (items: AsyncIterable<number>): Promise<number> => {
      for await (const item of items) if (item === 2) throw new Error('consumer');
      return 0;
    };
    await expect(broadcast(count(5), [sum, failing])).rejects.toThrow('consumer');
    const broken = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new Error('source');
    };
    await expect(broadcast(broken(), [sum, sum])).rejects.toThrow('source');
  });
});
