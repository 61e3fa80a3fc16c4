/** @file A thin, typed mlflow 3 rest client on fetch. */
export {};
