/** @file Plain data: shape of the heart by AHA segment and over its length, and the position of heart and slices. */
export const ANATOMY = {
  /** Grid on which the surfaces are given and integrated: rings from base to apex, angles. */
  rings: 18,
  angles: 48,
  myocardiumDensity: 1.05,
  /** Wall thickness of segments 1-16 over their mean. */
  wallPattern: [
    1.03, 1.13, 1.16, 1.06, 0.98, 1.0, 0.96, 1.05, 1.09, 1.0, 0.94, 0.96, 0.93, 0.95, 0.92, 0.88,
  ],
  /** Spread of the thickness of single segments, as shares: thick septum at the base, thick apex, lateral wall, each segment. */
  wallModes: { septum: 0.08, apex: 0.09, lateral: 0.05, own: 0.03 },
  /** Spread of the inward motion: septum against lateral wall, apex against base, each segment. */
  motionModes: { septumLateral: 0.1, apexBase: 0.08, own: 0.06 },
  /** Mean of the apex-base mode: the apex moves more. */
  apexMotion: 0.18,
  /** What a scar of size 1 takes from motion and thickness of its segments. */
  scar: { motion: 0.9, wall: 0.25 },
  /** How far motion moves the systolic cavity's radius. */
  motionRadius: 0.35,
  /** Share of each segment (1-16) in a scar of the region. */
  scarSegments: {
    anterior: [1, 0.5, 0, 0, 0, 0.2, 1, 0.5, 0, 0, 0, 0.2, 1, 0.3, 0, 0],
    septal: [0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0],
    inferior: [0, 0, 0.4, 1, 0.4, 0, 0, 0, 0.4, 1, 0.4, 0, 0, 0, 1, 0],
    lateral: [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1],
  },
  /** Ovality of the cavity at end diastole, and flattening of the septum then; shares of the radius. */
  ovality: 0.03,
  flattening: { mean: 0.03, std: 0.03 },
  /** Cap of the apex over its wall. */
  apexCap: 1,
  /** The right ventricle lies between these angles about the septum (half-width at the base, in degrees), down to this share of the length. */
  rightVentricle: { halfWidth: 66, reach: 0.92, wallMm: 3 },
  /** Longitudinal strain of segments 1-6 over the global one, and the spread of each (points). */
  longitudinalPattern: [0.95, 1.02, 1.06, 1.05, 0.98, 0.94],
  longitudinalOwn: 1.1,
  /** Depth in the wall at which circumferential strain is measured; radial strain over thickening, which registration underestimates. */
  strainDepth: 0.4,
  radialSeen: 0.82,
  /** Position in the image: mm, degrees. Rotation goes with the hanging heart. */
  pose: { shift: 3, rotation: 9, rotationHanging: 5, tilt: 4, stackMid: 44, stack: 5 },
  atria: { left: [7, -4], right: [-30, 2], up: 0.75 },
} as const;
