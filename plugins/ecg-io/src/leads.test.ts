import { describe, expect, it } from 'vitest';
import { deriveLead, isDerivable, standardLead, standardLeads } from './leads.ts';

describe('standardLead', () => {
  it.each([
    ['i', 'I'],
    ['avr', 'aVR'],
    ['AVL', 'aVL'],
    ['aVF', 'aVF'],
    ['v1', 'V1'],
    ['MDC_ECG_LEAD_I', 'I'],
    ['MDC_ECG_LEAD_AVR', 'aVR'],
    ['Lead II', 'II'],
    ['ECG lead V6', 'V6'],
    ['ecg_III', 'III'],
    ['C4', 'V4'],
    ['DIII', 'III'],
  ])('%s is %s', (name, lead) => expect(standardLead(name)).toBe(lead));

  it.each(['MLII', 'V7', 'IIII', '', 'RESP', 'X', 'toString'])(
    '"%s" is none of the twelve',
    (name) => expect(standardLead(name)).toBeUndefined(),
  );
});

describe('deriveLead', () => {
  const I = Float32Array.of(1, -0.5, 0.25);
  const II = Float32Array.of(0.5, 2, 0.25);
  it.each([
    ['III', [-0.5, 2.5, 0]],
    ['aVR', [-0.75, -0.75, -0.25]],
    ['aVL', [0.75, -1.5, 0.125]],
    ['aVF', [0, 2.25, 0.125]],
  ])('%s', (lead, expected) => expect([...deriveLead(lead, I, II)]).toEqual(expected));

  it('holds for the four leads only', () => {
    expect(standardLeads.filter(isDerivable)).toEqual(['III', 'aVR', 'aVL', 'aVF']);
  });
});
