/** @file Uk biobank as a cohort. */
export {};
