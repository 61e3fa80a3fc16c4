/** @file The dualbeat command as a function. */
export { main } from './cli.ts';
