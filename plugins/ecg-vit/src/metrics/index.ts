/** @file The metrics of this plugin. */
import { reconstruction } from './reconstruction.ts';

export const metrics = [reconstruction];
export { reconstruction };
