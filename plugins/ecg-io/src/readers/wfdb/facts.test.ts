import { describe, expect, it } from 'vitest';
import { factsOf } from './facts.ts';

describe('factsOf', () => {
  it('reads the challenge form', () => {
    expect(factsOf(['Age: 76', 'Sex: Male', 'Dx: 1,2', 'Rx: Unknown'])).toEqual({
      age: 76,
      sex: 'male',
      dx: '1,2',
      rx: null,
    });
  });

  it('reads the LUDB form', () => {
    const comments = ['<age>: 51', '<sex>: F', '<diagnoses>:', 'Rhythm: Sinus.', 'Scar formation.'];
    expect(factsOf(comments)).toEqual({
      age: 51,
      sex: 'female',
      diagnoses: 'Rhythm: Sinus. Scar formation.',
    });
  });

  it.each(['NaN', '', '300', '-1', 'old'])('the age "%s" is none', (age) => {
    expect(factsOf([`Age: ${age}`])).toEqual({ age: null });
  });

  it('drops names and free text', () => {
    expect(factsOf(['Name: A Person', 'Patient: B', 'seen by Dr C', 'id: 7'])).toEqual({});
  });
});
