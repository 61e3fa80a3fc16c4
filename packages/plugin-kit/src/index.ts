/** @file Conformance suites and templates for plugin authors. */
export {};
