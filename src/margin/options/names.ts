/** What the trade calls a spread, by the shape of its legs; a spread of another shape is named by how many series it has. */
import type { Leg } from "./legs.ts";

interface Part {
  readonly leg: Leg;
  /** Positive long, negative short. */
  readonly contracts: number;
}

/** The name of a spread of these legs, in the order of their strikes. */
export function spreadName(legs: readonly Leg[], contracts: readonly number[]): string {
  const parts = legs
    .map((leg, index) => ({ leg, contracts: Math.sign(leg.contracts) * contracts[index] }))
    .sort((a, b) => a.leg.strike - b.leg.strike);
  const isOneExpiry = parts.every(({ leg }) => leg.expiry === parts[0].leg.expiry);
  const calls = parts.filter(({ leg }) => leg.isCall);
  const puts = parts.filter(({ leg }) => !leg.isCall);
  if (parts.length === 2) return twoLegs(parts, isOneExpiry);
  if (!isOneExpiry) return `spread of ${parts.length} series`;
  if (calls.length === 0 || puts.length === 0) return oneRight(parts);
  if (calls.length === 2 && puts.length === 2) return bothRights(calls, puts);
  return `spread of ${parts.length} series`;
}

function right({ leg }: Part): string {
  return leg.isCall ? "call" : "put";
}

function twoLegs([one, other]: readonly Part[], isOneExpiry: boolean): string {
  if (one.leg.strike === other.leg.strike)
    return isOneExpiry ? "same series long and short" : `${right(one)} calendar spread`;
  if (!isOneExpiry) return `${right(one)} diagonal spread`;
  const [long, short] = one.contracts > 0 ? [one, other] : [other, one];
  const isCredit = long.leg.isCall ? short.leg.strike < long.leg.strike : short.leg.strike > long.leg.strike;
  return `${isCredit ? "credit" : "debit"} ${right(one)} spread`;
}

/** Butterflies and condors of one right. */
function oneRight(parts: readonly Part[]): string {
  const side = (part: Part): string => (part.contracts > 0 ? "long" : "short");
  const [first, second, third, last] = parts;
  if (parts.length === 3 && second.contracts === -2 * first.contracts && first.contracts === third.contracts) {
    const isEven = second.leg.strike - first.leg.strike === third.leg.strike - second.leg.strike;
    return `${isEven ? "" : "broken-wing "}${side(first)} ${right(first)} butterfly`.trimStart();
  }
  const isCondor =
    parts.length === 4 &&
    first.contracts === last.contracts &&
    second.contracts === third.contracts &&
    first.contracts === -second.contracts;
  return isCondor ? `${side(first)} ${right(first)} condor` : `${right(first)} spread of ${parts.length} series`;
}

/** Iron forms and boxes: a spread of calls and one of puts. */
function bothRights(calls: readonly Part[], puts: readonly Part[]): string {
  const size = Math.abs(calls[0].contracts);
  const isEven = [...calls, ...puts].every(({ contracts }) => Math.abs(contracts) === size);
  const fallback = "spread of 4 series";
  if (!isEven) return fallback;
  const [low, high] = [calls[0].leg.strike, calls[1].leg.strike];
  const isBox = puts[0].leg.strike === low && puts[1].leg.strike === high;
  if (isBox && calls[0].contracts === -puts[0].contracts) return calls[0].contracts > 0 ? "long box" : "short box";
  const isIron = calls[0].contracts === puts[1].contracts && calls[1].contracts === puts[0].contracts;
  if (!isIron || puts[1].leg.strike > low) return fallback;
  const shape = puts[1].leg.strike === low ? "iron butterfly" : "iron condor";
  return calls[0].contracts < 0 ? shape : `reverse ${shape}`;
}
