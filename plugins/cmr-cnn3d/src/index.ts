/** @file Encoders of cardiac mr volumes. */
export {};
