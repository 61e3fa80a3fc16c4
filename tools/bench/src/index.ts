/** @file Benchmarks against PyTorch: `npm run bench -- ecg-mae`. */
export { parseBenchArgs, benchCases, benchSizes, type BenchArgs } from './parse-bench-args.ts';
export { pairedRatio, type PairedRatio } from './statistics/paired-ratio.ts';
