/** @file Many asynchronous pieces of work, some at a time. */

/** Calls `work` for 0 to count - 1, at most `limit` at the same time; the first error ends it. */
export async function atOnce(
  count: number,
  limit: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const take = async () => {
    for (let i = next++; i < count; i = next++) {
      try {
        await work(i);
      } catch (error) {
        next = count; // nothing new is started
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, take));
}
