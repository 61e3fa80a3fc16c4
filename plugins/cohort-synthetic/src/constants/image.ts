/** @file Plain data: how bright things are in a bright-blood cine image, in a.u., and what the scanner adds. */
export const IMAGE = {
  blood: 1,
  myocardium: 0.36,
  lung: 0.1,
  liver: 0.42,
  chestWall: 0.7,
  /** Distance of liver and chest wall from the heart's centre in mm, spread, and how soft their edges are. */
  liverAt: 48,
  chestWallAt: 62,
  edge: 4,
  spread: 5,
  /** Directions in degrees, image upward is 90: liver below, chest wall above on the right heart's side. */
  liverAngle: 265,
  chestWallAngle: 128,
  /** How far a hanging heart turns what surrounds it. */
  hangingTurn: 7,
  texture: 0.06,
  /** Blood away from the ideal contrast, per subject (log-normal). */
  bloodStd: 0.06,
  gainStd: 0.1,
  /** Partial volume through the slice: positions within its thickness. */
  through: 3,
} as const;
