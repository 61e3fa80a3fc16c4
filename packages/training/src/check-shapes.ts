/** @file Are the shapes that a module makes those that it declares? Asked once per trace, when they are first there. */
import type { Encoded, Encoder, Head, LossOutput, Named, Projector, Tensor } from '@dualbeat/core';
import { shapeUntrue } from './errors.ts';

/** null in a pattern: any size. */
type Pattern = readonly (number | null)[];

/** Error: E_COMPONENT_SHAPE. `who` names the component, its plugin and stage. */
export function checkEncoded(
  who: string,
  { width, tokens, attention }: Encoder,
  rows: number | undefined,
  encoded: Encoded,
  kept: boolean,
): void {
  const batch = rows ?? null;
  check(who, 'pooled features', [batch, width], encoded.pooled);
  if (encoded.tokens !== undefined) {
    const all = tokens && tokens.prefix + tokens.grid.reduce((a, b) => a * b, 1);
    check(who, 'tokens', [batch, kept ? null : (all ?? null), width], encoded.tokens);
  }
  if (encoded.attention !== undefined) {
    const { layers = null, heads = null } = attention ?? {};
    check(who, 'attention', [batch, layers, heads, null, null], encoded.attention);
  }
}

/** An embedding per row, or per token of a row. */
export function checkProjected(who: string, { width }: Projector, made: Tensor): void {
  const leading = made.shape.slice(0, -1).map(() => null);
  check(who, 'embedding', [...leading, width], made);
}

export function checkHead(
  who: string,
  { outputs }: Head,
  rows: number | undefined,
  made: Named,
): void {
  for (const [name, { shape }] of Object.entries(outputs)) {
    const tensor = made[name];
    if (tensor === undefined)
      throw shapeUntrue(who, `output "${name}"`, [rows ?? null, ...shape], undefined);
    check(who, `output "${name}"`, [rows ?? null, ...shape], tensor);
  }
}

export function checkLoss(who: string, { loss, parts, report }: LossOutput): void {
  check(who, 'loss', [], loss);
  for (const [name, part] of Object.entries(parts)) check(who, `part "${name}"`, [], part);
  for (const [name, value] of Object.entries(report)) check(who, `report "${name}"`, [], value);
}

function check(who: string, what: string, declared: Pattern, made: Tensor): void {
  const found = made.shape;
  const fits =
    found.length === declared.length &&
    declared.every((size, i) => size === null || size === found[i]);
  if (!fits) throw shapeUntrue(who, what, declared, found);
}
