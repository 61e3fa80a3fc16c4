/** @file Options of heads that read vectors: which features, and how several are joined. */
import { Type } from 'typebox';

export const featureOptions = {
  inputs: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      uniqueItems: true,
      description:
        'Features that are read: views, or embeddings/<projector>; not needed where the task encodes one view.',
    }),
  ),
  combine: Type.Enum(['concat', 'difference'], {
    default: 'concat',
    description: 'Several inputs side by side, or the first less the sum of the others.',
  }),
};
