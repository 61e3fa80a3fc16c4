/** @file Entry of the `dualbeat` command; bin/dualbeat.js loads it. */
import { main } from './cli.ts';

process.exitCode = await main(process.argv.slice(2));
