/** @file What a run has made: one child container, released in reverse order of creation. */
import { Container, type ServiceIdentifier } from 'inversify';
import { isCoded } from '../errors.ts';
import { closeFailed } from './errors.ts';
import { token } from './kinds.ts';

type Disposer = () => unknown;

export interface Made {
  readonly container: Container;
  /** Keeps a component that has something to release. */
  keep(component: object, plugin: string, where: string): void;
  isClosed(): boolean;
  /** Once; a second call waits for the first. Error: E_COMPONENT_CLOSE (the first one). */
  release(): Promise<void>;
}

export function openMade(root: Container): Made {
  const container = new Container({ parent: root });
  const kept: ServiceIdentifier<object>[] = [];
  let done: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const identifier of kept.toReversed()) {
      try {
        await container.unbindAsync(identifier);
      } catch (error) {
        failures.push(error);
      }
    }
    await container.unbindAllAsync();
    if (failures.length > 0) throw failures[0];
  };
  return {
    container,
    keep(component, plugin, where) {
      const dispose = disposerOf(component);
      if (dispose === undefined) return;
      let told = false; // a failed one stays bound, and is asked again when all are unbound
      const identifier = token<object>(`made/${kept.length}`);
      container
        .bind(identifier)
        .toConstantValue(component)
        .onDeactivation(async () => {
          if (told) return;
          told = true;
          try {
            await dispose();
          } catch (error) {
            throw isCoded(error) ? error : closeFailed(plugin, where, error);
          }
        });
      container.get(identifier); // a value that was never asked for is not deactivated
      kept.push(identifier);
    },
    isClosed: () => done !== undefined,
    release: () => (done ??= release()),
  };
}

function disposerOf(component: object): Disposer | undefined {
  const keys = [Symbol.asyncDispose, Symbol.dispose, 'close', 'dispose'] as const;
  for (const key of keys) {
    const found = (component as { [key: PropertyKey]: unknown })[key];
    if (typeof found === 'function') return () => (found as Disposer).call(component);
  }
  return undefined;
}
