/** @file Freezing test inputs, so that a component that changes them fails where it does. */

/** Freezes plain objects and lists all the way down; typed arrays cannot be frozen and stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
