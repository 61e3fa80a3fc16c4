/** @file All suites, as data. */
export * from './host.ts';
export * from './modules.ts';
export * from './task.ts';
export * from './training.ts';
