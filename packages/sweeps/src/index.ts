/** @file Sweep plans, launchers, resume. */
export {};
