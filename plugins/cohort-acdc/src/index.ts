/** @file Acdc and sunnybrook as cohorts. */
export {};
