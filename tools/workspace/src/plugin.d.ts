import type { Tree } from '@nx/devkit';

export default function plugin(
  tree: Tree,
  options: { readonly name: string; readonly kind: string },
): Promise<() => void>;
