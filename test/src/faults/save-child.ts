/** @file A child process that saves a checkpoint over an older one: argv: folder. Prints the number of file operations. */
import { arm, counted } from './kill-at.ts';
import { checkpointOf, storeAt } from './some-checkpoint.ts';

const folder = process.argv[2] as string;
const store = await storeAt(folder);
arm();
await store.save('step-00000002', await checkpointOf(2), 1);
process.stdout.write(`${counted()}\n`);
