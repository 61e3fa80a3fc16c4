/** @file All transforms of this plugin. */
import { affine } from './affine.ts';
import { crop } from './crop.ts';
import { flip } from './flip.ts';
import { intensity } from './intensity.ts';
import { intensityJitter } from './intensity-jitter.ts';
import { randomCrop } from './random-crop.ts';
import { resample } from './resample.ts';

export const transforms = [crop, resample, intensity, flip, affine, intensityJitter, randomCrop];
