/** Options that several commands read the same way. */
import { InvalidArgumentError } from "commander";
import type { Speed } from "../simulator/pacer.ts";

/** So many seconds of a replay for each second, or as fast as it goes. */
export function speedOf(text: string): Speed {
  if (text === "max") return text;
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new InvalidArgumentError('a number of market seconds for each second, or "max"');
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("a whole number");
}
