/** @file All transforms of this plugin. */
import { alsBaseline } from './als-baseline.ts';
import { amplitude } from './amplitude.ts';
import { bandpass } from './bandpass.ts';
import { clip } from './clip.ts';
import { fourierSurrogate } from './fourier-surrogate.ts';
import { highpass } from './highpass.ts';
import { jitter } from './jitter.ts';
import { leadSubset } from './lead-subset.ts';
import { notch } from './notch.ts';
import { randomCrop } from './random-crop.ts';
import { rescale } from './rescale.ts';
import { savgol } from './savgol.ts';
import { standardize } from './standardize.ts';

export const transforms = [
  highpass,
  bandpass,
  notch,
  savgol,
  alsBaseline,
  standardize,
  clip,
  rescale,
  randomCrop,
  leadSubset,
  fourierSurrogate,
  jitter,
  amplitude,
];
