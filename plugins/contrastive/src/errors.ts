/** @file Coded errors of alignment. */
import { DualbeatError } from '@dualbeat/core';

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.join(', ');

/** A pair that names what is not there. */
export function pairUnknown(loss: string, pair: string, values: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_PAIR_UNKNOWN',
    where: `loss ${loss}, option pairs`,
    cause: `"${pair}" is not two embeddings joined by "-"; embeddings: ${list(values)}.`,
    fix: 'name two projectors of the stage, such as ecg-ed.',
  });
}

/** A pair that can be read in two ways. */
export function pairAmbiguous(
  loss: string,
  pair: string,
  readings: readonly (readonly [string, string])[],
): DualbeatError {
  const listed = readings.map(([a, b]) => `${a} and ${b}`).join(' or ');
  return new DualbeatError({
    code: 'E_PAIR_AMBIGUOUS',
    where: `loss ${loss}, option pairs`,
    cause: `"${pair}" may mean ${listed}.`,
    fix: 'rename a projector so that the pair can be read in one way.',
  });
}

/** The same pair twice, also the other way round, or an embedding with itself. */
export function pairTwice(loss: string, pair: string, first: string): DualbeatError {
  return new DualbeatError({
    code: 'E_PAIR_TWICE',
    where: `loss ${loss}, option pairs`,
    cause:
      pair === first
        ? `"${pair}" joins an embedding with itself.`
        : `"${pair}" and "${first}" are the same pair.`,
    fix: 'name each pair of different embeddings once.',
  });
}

/** No pair with a weight. */
export function noPairs(loss: string, values: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_PAIR_NONE',
    where: `loss ${loss}, option pairs`,
    cause: `there is no pair with a weight above 0; embeddings: ${list(values)}.`,
    fix: 'give the stage at least two projectors, and one pair of them a weight above 0.',
  });
}

/** Embeddings that do not live in one space. */
export function pairWidth(
  loss: string,
  pair: string,
  widths: readonly [number, number],
): DualbeatError {
  return new DualbeatError({
    code: 'E_PAIR_WIDTH',
    where: `loss ${loss}, pair ${pair}`,
    cause: `the embeddings are ${widths[0]} and ${widths[1]} wide; they are compared in one space.`,
    fix: 'give both projectors the same width.',
  });
}

/** A batch without anything to compare. */
export function batchOfOne(loss: string, rows: number): DualbeatError {
  return new DualbeatError({
    code: 'E_CONTRASTIVE_BATCH',
    where: `loss ${loss}`,
    cause: `rows of a batch are compared with each other; a batch of ${rows} has no other.`,
    fix: 'set train.batchSize (and evaluate.batchSize) to 2 or more.',
  });
}

/** A learnt temperature that starts outside its range. */
export function temperatureOutside(
  loss: string,
  temperature: number,
  range: readonly number[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_TEMPERATURE_RANGE',
    where: `loss ${loss}, option temperatureRange`,
    cause: `the temperature starts at ${temperature}, outside ${range[0]} to ${range[1]}.`,
    fix: 'give a range, smaller number first, that holds the temperature.',
  });
}

/** Labels that are not one number a row. */
export function labelShape(loss: string, name: string, shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_LABEL_SHAPE',
    where: `loss ${loss}, option labels`,
    cause: `the target "${name}" has the shape [${shape.join(', ')}] a row; a label is one number.`,
    fix: 'name a target of one class, or subject.',
  });
}

/** A local loss that was given vectors. */
export function tokensMissing(loss: string, name: string, rank: number): DualbeatError {
  return new DualbeatError({
    code: 'E_TOKENS_MISSING',
    where: `loss ${loss}`,
    cause: `the embedding "${name}" has rank ${rank}; tokens [rows, tokens, width] are compared.`,
    fix: 'use the task align with encoders that give tokens.',
  });
}

/** An embedding of tokens whose encoder has none. */
export function encoderWithoutTokens(embedding: string, view: string): DualbeatError {
  return new DualbeatError({
    code: 'E_ALIGN_TOKENS',
    where: `task align, embedding ${embedding}`,
    cause: `the loss compares tokens, and the encoder of the view "${view}" gives none.`,
    fix: 'use an encoder with tokens, or a loss over whole records.',
  });
}

/** An axis that the tokens do not have. */
export function tokenAxis(embedding: string, axis: number, grid: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_ALIGN_AXIS',
    where: `task align, option tokenAxis.${embedding}`,
    cause: `there is no axis ${axis}; the tokens stand on a grid of ${grid.join(' x ')}.`,
    fix: `give an axis from 0 to ${grid.length - 1}.`,
  });
}

/** A value of the loss that neither a projector nor a head gives. */
export function valueWithoutSource(
  name: string,
  projectors: readonly string[],
  heads: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_ALIGN_VALUE',
    where: 'task align',
    cause: `the loss reads "${name}", which is neither a projector (${list(projectors)}) nor a head (${list(heads)}).`,
    fix: 'name a projector or a head of the stage.',
  });
}

/** An embedding whose view has no encoder. */
export function projectorWithoutEncoder(
  embedding: string,
  view: string,
  encoders: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_ALIGN_VIEW',
    where: `task align, embedding ${embedding}`,
    cause: `the view "${view}" has no encoder; encoders: ${list(encoders)}.`,
    fix: 'project a view that has an encoder.',
  });
}
