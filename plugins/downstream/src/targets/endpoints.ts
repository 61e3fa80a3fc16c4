/** @file The six clinical endpoints of the paper, by name. Which codes make them is said by the cohort. */

export type Endpoint = { readonly id: string; readonly name: string };

export const endpoints: readonly Endpoint[] = [
  { id: 'cad', name: 'coronary artery disease' },
  { id: 'af', name: 'atrial fibrillation' },
  { id: 'scd', name: 'sudden cardiac death' },
  { id: 'hf', name: 'heart failure' },
  { id: 'mi', name: 'myocardial infarction' },
  { id: 'cardiomyopathy', name: 'cardiomyopathy' },
];
