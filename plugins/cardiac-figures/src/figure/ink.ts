/** @file Colours of the figures. */

export const ink = {
  original: '#2b2b2b',
  reconstruction: '#0b5cc4',
  hidden: '#8fb4e8',
  soft: '#4d4d4d',
} as const;
