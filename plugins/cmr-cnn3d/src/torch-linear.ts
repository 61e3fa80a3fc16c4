/** @file The linear layer as PyTorch starts it: uniform by its inputs, the bias too. */
import { linear, linearSpecs, uniformFan } from '@dualbeat/nn';
import type { Specs } from '@dualbeat/nn';
import { stateless } from './layer.ts';
import type { Layer } from './layer.ts';

export function torchLinearSpecs(width: number, out: number): Specs {
  const specs = linearSpecs({ in: width, out });
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { ...spec, init: uniformFan(spec.shape, width) },
    ]),
  );
}

/** x [..., in] -> [..., out]. */
export const torchLinear = (width: number, out: number): Layer =>
  stateless(torchLinearSpecs(width, out), (params, x, { tf }) => linear(tf, params, x));
