/** @file Heads, losses and metrics of downstream tasks. */
export {};
