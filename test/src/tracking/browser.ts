/** @file A real headless browser: Debian's chromium, or the one that CHROME_PATH names. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** A text says why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  const paths = [process.env['CHROME_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const executablePath = paths.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) return 'no chromium here; install it or set CHROME_PATH';
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
