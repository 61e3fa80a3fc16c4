/** @file What a command says: lines on stdout. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line of JSON. */
export function sayJson(value: unknown): void {
  say(JSON.stringify(value));
}
