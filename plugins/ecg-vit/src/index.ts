/** @file The plugin `ecg-vit`: ECG vision transformer and masked autoencoding. */
import { definePlugin } from '@dualbeat/core';
import { vitDecoder } from './decoder/vit-decoder.ts';
import { ecgVit } from './encoder/ecg-vit.ts';
import { reconstruction } from './loss/reconstruction.ts';
import { metrics } from './metrics/index.ts';
import { simsiam } from './simsiam/simsiam-head.ts';
import { maskedAutoencoder } from './task/masked-autoencoder.ts';

export default definePlugin([
  ecgVit,
  vitDecoder,
  simsiam,
  reconstruction,
  maskedAutoencoder,
  ...metrics,
]);
