/** @file Benchmarks against PyTorch: `npm run bench -- ecg-mae`. */
export { parseBenchArgs, type BenchArgs } from './parse-bench-args.ts';
export { benchCases, type BenchCase } from './cases.ts';
export { pairedRatio, type PairedRatio } from './statistics/paired-ratio.ts';
