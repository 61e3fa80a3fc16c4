/** @file Retrieval metrics of ranks, from 1. */
import type { MetricValue } from '@dualbeat/core';
import { mean, quantile } from '../summary.ts';
import { undefinedBecause } from '../values.ts';
import type { Values } from '../values.ts';

/**
 * Share of the queries whose partner is among the first `k`. A rank of 1.5 (averaged ties) is not among the first 1.
 * Undefined without queries, and where k is not below the number of candidates: it would be 1 for anything.
 */
export function recallAt(ranks: Values, k: number, candidates: number): MetricValue {
  if (ranks.length === 0) return undefinedBecause('there are no queries');
  if (k >= candidates)
    return undefinedBecause(`there are no more than ${k} candidates (${candidates})`);
  let hits = 0;
  for (let i = 0; i < ranks.length; i++) hits += (ranks[i] as number) <= k ? 1 : 0;
  return hits / ranks.length;
}

/** Median rank. Undefined without queries. */
export function medianRank(ranks: Values): MetricValue {
  return ranks.length === 0 ? undefinedBecause('there are no queries') : quantile(ranks, 0.5);
}

/** Mean of 1 / rank. Undefined without queries. */
export function meanReciprocalRank(ranks: Values): MetricValue {
  if (ranks.length === 0) return undefinedBecause('there are no queries');
  return mean(Float64Array.from(ranks, (rank) => 1 / rank));
}
