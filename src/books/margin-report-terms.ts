/** What a report about margin must say so that no figure is silently worked out without it; it is refused when it is reported. */
import { Trouble } from "../base/errors.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import type { Instruments } from "./instruments.ts";

/** Throws where the beta is no decimal. */
export function checkStatistics({ beta }: FactOfKind<"market-statistics-stated">): void {
  if (beta === undefined || /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(beta)) return;
  throw new Trouble("bad-value", "not a beta", { field: "beta", value: beta, expected: 'a decimal such as "1.2"' });
}

/** Throws where the instrument to close last is not known. */
export function checkTerms({ liquidateLast }: FactOfKind<"margin-terms-stated">, instruments: Instruments): void {
  if (liquidateLast === undefined || instruments.findText(liquidateLast) >= 0) return;
  const expected = "an instrument of the security master";
  throw new Trouble("bad-value", "not in the security master", {
    field: "liquidateLast",
    value: liquidateLast,
    expected,
  });
}
