import { expect, test } from 'vitest';
import { stepsPerTurn, turnOrder } from './turn-order.ts';

test('over six rounds of three sides every order comes once', () => {
  const orders = Array.from({ length: 6 }, (_, round) =>
    turnOrder(['a', 'b', 'c'], round).join(''),
  );
  expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
});

test('a turn takes some seconds, and two to ten steps', () => {
  expect([0.01, 0.8, 1.5, 30].map(stepsPerTurn)).toEqual([10, 5, 3, 2]);
});
