// @ts-check
/**
 * @file A vitest reporter that appends one JSON line per finished test file to `DUALBEAT_TEST_RESULTS`, and one at the end of
 * the run. Written at once, so that what was finished is known after a kill.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

/** @typedef {import('vitest/node').Reporter} Reporter */

/** @implements {Reporter} */
export default class ResultsReporter {
  path = process.env['DUALBEAT_TEST_RESULTS'] ?? '';
  /** @type {Set<string>} */
  written = new Set();

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd(module) {
    if (this.written.has(module.moduleId)) return;
    this.written.add(module.moduleId);
    const result = { file: fileOf(module), passed: 0, failed: 0, skipped: 0, ms: 0 };
    /** @type {string[]} */
    const failures = module.errors().map((error) => `(file) ${firstLine(error.message)}`);
    /** @type {string[]} */
    const skips = [];
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') result.passed++;
      else if (state === 'failed') failures.push(test.fullName);
      else skips.push(test.fullName);
    }
    if (failures.length === 0 && module.state() === 'failed') failures.push('(file) a hook failed');
    result.failed = failures.length;
    result.skipped = skips.length;
    result.ms = Math.round(module.diagnostic().duration);
    this.append({ ...result, failures, skips });
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string }[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    for (const module of modules) this.onTestModuleEnd(module); // a file that could not be loaded has no end of its own
    this.append({ end: true, unhandled: unhandled.map((error) => firstLine(error.message)) });
  }

  /** @param {object} line */
  append(line) {
    if (this.path !== '') appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

/** @param {import('vitest/node').TestModule} module */
function fileOf(module) {
  return relative(process.cwd(), module.moduleId).replaceAll('\\', '/');
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n')[0] ?? '';
}
