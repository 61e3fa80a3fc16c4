/** @file Physionet ecg sets as cohorts. */
export {};
