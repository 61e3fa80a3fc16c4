/** @file Readers and transforms of cardiac mr volumes. */
export {};
