/** @file The plugin `contrastive`: alignment of views, its losses and projectors. */
import { definePlugin } from '@dualbeat/core';
import { barlowTwins } from './losses/barlow-twins.ts';
import { clipRemoveFn } from './losses/clip-remove-fn.ts';
import { infoNce } from './losses/info-nce.ts';
import { kPositive } from './losses/k-positive.ts';
import { localAlignment } from './losses/local-alignment.ts';
import { ntXent } from './losses/nt-xent.ts';
import { siglip } from './losses/siglip.ts';
import { simsiam } from './losses/simsiam.ts';
import { supcon } from './losses/supcon.ts';
import { vicreg } from './losses/vicreg.ts';
import { linear } from './projectors/linear.ts';
import { mlp } from './projectors/mlp.ts';
import { simclrHead } from './projectors/simclr-head.ts';
import { align } from './task/align.ts';

export default definePlugin([
  align,
  infoNce,
  siglip,
  ntXent,
  supcon,
  kPositive,
  clipRemoveFn,
  vicreg,
  barlowTwins,
  simsiam,
  localAlignment,
  simclrHead,
  linear,
  mlp,
]);
