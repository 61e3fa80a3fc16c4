/** @file Where the heart lies in the image. */
import { normalFrom } from '@dualbeat/core';
import type { HostRandom } from '@dualbeat/core';
import { ANATOMY } from '../constants/anatomy.ts';
import type { Latents } from '../latents/latents.ts';

/** mm and rad; x to the right, y upward. `stack`: middle of the slices below the base at end diastole. Tilt in mm per mm of height. */
export type Pose = {
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
  readonly tiltX: number;
  readonly tiltY: number;
  readonly stack: number;
};

const RADIANS = Math.PI / 180;

/** A new one for each visit; the rotation goes with how the heart hangs and is turned about its axis. */
export function drawPose(l: Latents, random: HostRandom): Pose {
  const { pose } = ANATOMY;
  const normal = () => normalFrom(random);
  return {
    // The right heart lies on the left of the image: the middle of both is left of the axis.
    x: 14 + pose.shift * normal(),
    y: pose.shift * normal(),
    rotation:
      RADIANS * (pose.rotation * l.scores.turn + pose.rotationHanging * l.hanging + 3 * normal()),
    tiltX: Math.tan(RADIANS * pose.tilt * normal()),
    tiltY: Math.tan(RADIANS * pose.tilt * normal()),
    stack: pose.stackMid + pose.stack * normal(),
  };
}
