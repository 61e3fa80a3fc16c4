/** @file The task `masked-autoencoder`: hide patches, encode the rest, rebuild all (paper, Fig. 1A, ECG). */
import { at, defineComponent } from '@dualbeat/core';
import type {
  Context,
  Encoder,
  Loss,
  Masked,
  Model,
  Named,
  Ops,
  Task,
  Tensor,
} from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { meanOfPatches } from '../encoder/ecg-vit.ts';
import { notDroppable } from '../errors.ts';
import type { ReconstructionLoss } from '../loss/reconstruction.ts';
import { drawMask, maskings, planMask } from '../masking/draw-mask.ts';
import type { Mask } from '../masking/draw-mask.ts';
import { patchify, patchSize, tokenCount } from '../patches.ts';
import type { PatchGrid } from '../patches.ts';
import { simsiamLoss } from '../simsiam/simsiam-loss.ts';

export const maskedAutoencoderOptions = Type.Object(
  {
    view: Type.String({ default: 'ecg', description: 'The view to hide and rebuild.' }),
    maskRatio: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.7,
      description: 'Part of the patches that is hidden.',
    }),
    masking: Type.Enum([...maskings], {
      default: 'random',
      description:
        'What is hidden together: random patches, whole leads, whole time columns, or one block of neighbouring leads and columns.',
    }),
    simsiamWeight: Type.Number({
      minimum: 0,
      default: 0,
      description:
        'Weight of the SimSiam term between two masked passes (the paper: 0.1); above 0 it needs a head named simsiam.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Calls the head `decoder`, and with a SimSiam weight the head `simsiam`; the mask is drawn in eval too, by the eval
 * stream, so every evaluation hides the same patches. Outputs: `reconstruction` [B, N, P], present on the hidden patches
 * of real rows, and `original` [B, N, P], present on all patches of real rows, both in the units of the view.
 * Errors: E_NAME_UNKNOWN (view), E_MASK_ENCODER, E_MASK_RATIO.
 */
export function createMaskedAutoencoder(
  options: Static<typeof maskedAutoencoderOptions>,
  from: { readonly encoders: Named<Encoder>; readonly loss: Loss },
): Task {
  const { view, maskRatio, masking, simsiamWeight } = options;
  const grid = droppableGrid(at(from.encoders, view, 'encoder'), view);
  const plan = planMask(masking, maskRatio, grid.grid);
  const count = tokenCount(grid);

  /** One masked pass: the encoder's tokens of what a fresh mask keeps. */
  function pass(model: Model, input: Masked, ctx: Context): { mask: Mask; tokens: Tensor } {
    const batch = input.values.shape[0] as number;
    const mask = drawMask(ctx.tf, ctx.rng.fold('mask'), plan, batch);
    const { tokens } = model.encode(view, input, { tokens: true, keep: mask.keep });
    return { mask, tokens: tokens as Tensor };
  }

  return {
    accepts: (has) => has.has(view),
    encode(model, batch, ctx) {
      const input = at(batch.views, view, 'view');
      const { mask, tokens } = pass(model, input, ctx);
      const decoded = model.head('decoder', { tokens, restore: mask.restore });
      const encoded = {
        reconstruction: at(decoded, 'reconstruction', 'output'),
        hidden: mask.hidden,
      };
      if (simsiamWeight === 0) return encoded;
      const second = pass(model, input, ctx);
      return {
        ...encoded,
        first: meanOfPatches(ctx.tf, tokens),
        second: meanOfPatches(ctx.tf, second.tokens),
      };
    },
    objective(model, encoded, batch, ctx) {
      const { tf } = ctx;
      const input = at(batch.views, view, 'view');
      const rows = input.values.shape[0] as number;
      const original = patchify(tf, input.values, grid);
      const predicted = at(encoded, 'reconstruction');
      const present = tf.broadcastTo(tf.reshape(input.present, [rows, 1]), [rows, count]);
      const hidden = tf.logicalAnd(at(encoded, 'hidden'), present);
      const onGrid = (x: Tensor): Tensor => tf.reshape(x, [rows, ...grid.grid]);
      const rebuilt = model.loss({
        values: { reconstruction: { values: predicted, present: onGrid(hidden) } },
        targets: { reconstruction: { values: original, present: onGrid(present) } },
        subject: batch.subject,
      });
      const flat = (x: Tensor): Tensor => tf.reshape(x, [rows, count, patchSize(grid)]);
      const outputs = {
        reconstruction: {
          values: flat(inUnits(tf, from.loss, predicted, original)),
          present: hidden,
        },
        original: { values: flat(original), present },
      };
      if (simsiamWeight === 0) return { ...rebuilt, outputs };
      const similarity = simsiamOf(model, encoded, input, tf);
      const part = tf.mul(similarity, simsiamWeight);
      return {
        loss: tf.add(rebuilt.loss, part),
        parts: { ...rebuilt.parts, simsiam: part },
        report: { ...rebuilt.report, simsiam: similarity },
        outputs,
      };
    },
  };
}

/** The grid of an encoder that can leave tokens out. */
function droppableGrid(encoder: Encoder, view: string): PatchGrid {
  const { tokens } = encoder;
  if (tokens === undefined || !tokens.droppable || tokens.grid.length !== 2)
    throw notDroppable(view);
  return {
    grid: tokens.grid as readonly [number, number],
    patch: tokens.patch as readonly [number, number],
  };
}

/** SimSiam of the two passes; in training the head's norms see each pass as a batch of its own. */
function simsiamOf(model: Model, encoded: Named, { present }: Masked, tf: Ops): Tensor {
  const [first, second] = ['first', 'second'].map((name) =>
    model.head('simsiam', { features: at(encoded, name), present }),
  ) as [Named, Named];
  return simsiamLoss(tf, first, second, present);
}

/** Predictions in the units of the view, where the loss compares them in others. */
function inUnits(tf: Ops, loss: Loss, predicted: Tensor, original: Tensor): Tensor {
  const { restore } = loss as Partial<ReconstructionLoss>;
  return restore === undefined ? predicted : restore(tf, predicted, original);
}

export const maskedAutoencoder = defineComponent({
  kind: 'task',
  id: 'masked-autoencoder',
  options: maskedAutoencoderOptions,
  views: ({ view }) => [view],
  create: (options, from) => createMaskedAutoencoder(options, from),
});
