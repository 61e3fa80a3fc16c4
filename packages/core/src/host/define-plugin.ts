/** @file What a plugin exports. */
import { ContainerModule } from 'inversify';
import { CATALOGUE, componentToken } from './kinds.ts';
import type { AnyComponent } from './types.ts';

/**
 * The default export of a plugin: binds each component to the token of its kind, named by its id.
 * @example export default definePlugin([defineComponent({ kind: 'loss', id: 'acme/huber', options, create })]);
 */
export function definePlugin(components: readonly AnyComponent[]): ContainerModule {
  return new ContainerModule(({ bind }) => {
    for (const component of components) {
      bind(componentToken(component.kind)).toConstantValue(component).whenNamed(component.id);
      bind(CATALOGUE).toConstantValue(component);
    }
  });
}
