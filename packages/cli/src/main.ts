/** @file Entry of the `dualbeat` command; bin/dualbeat.js loads it. */
import { main } from './cli.ts';

// A reader that has seen enough (`| head`) closes the pipe: what is left to say is not said.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2));
