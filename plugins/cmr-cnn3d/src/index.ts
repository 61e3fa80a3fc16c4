/** @file The plugin `cmr-cnn3d`: encoders of cardiac MR volumes. */
import { definePlugin } from '@dualbeat/core';
import { cnn3d } from './cnn3d/cnn3d.ts';
import { resnet2d } from './resnet/resnet2d.ts';
import { resnet2dSequence } from './resnet/resnet2d-sequence.ts';
import { resnet3d } from './resnet/resnet3d.ts';
import { slowR50 } from './resnet/slow-r50.ts';
import { swin2d } from './swin/swin2d.ts';
import { swin3d } from './swin/swin3d.ts';

export default definePlugin([slowR50, resnet3d, resnet2d, resnet2dSequence, swin2d, swin3d, cnn3d]);
