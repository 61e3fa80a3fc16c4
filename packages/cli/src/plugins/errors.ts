/** @file Errors of the plugin commands. */
import { closest, DualbeatError } from '@dualbeat/core';

export function componentNotInstalled(id: string, installed: readonly string[]): DualbeatError {
  const near = closest(id, installed);
  return new DualbeatError({
    code: 'E_PLUGIN_INFO',
    where: id,
    cause: 'no installed plugin has this name, and none offers a component of it.',
    fix: `${near === undefined ? '' : `did you mean "${near}"? `}\`dualbeat plugins list\` shows what is installed.`,
  });
}

export function componentAmbiguous(id: string, kinds: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_PLUGIN_INFO',
    where: id,
    cause: `this is the id of several components: ${kinds.join(', ')}.`,
    fix: `say which: --kind ${kinds[0]}.`,
  });
}

export function pluginNotInstalled(name: string, installed: readonly string[]): DualbeatError {
  const near = closest(name, installed);
  return new DualbeatError({
    code: 'E_PLUGIN_NOT_FOUND',
    where: name,
    cause: 'no installed plugin has this name, and no folder of this path has a package.json.',
    fix: `${near === undefined ? '' : `did you mean "${near}"? `}\`dualbeat plugins list\` shows what is installed; a path starts with ./ or /.`,
  });
}
