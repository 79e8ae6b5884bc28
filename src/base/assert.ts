/**
 * Assertions that are part of the product: always on, one condition each. A failed assertion means that the program's
 * own reasoning is wrong; it stops the engine and is never caught to carry on.
 */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Throws `AssertionError` unless `condition` holds. `what` says in one sentence what must be true. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError(what);
}

/** Closes a `switch` over a discriminated union: a kind without a branch does not compile. */
export function assertNever(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
