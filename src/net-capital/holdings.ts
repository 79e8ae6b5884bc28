/**
 * What both ways of gathering inputs share, from scratch and running: how one position or commitment is valued, and how it
 * is said that it cannot be.
 */
import { formatDecimal } from "../base/decimal.ts";
import { multiplyDivide } from "../base/divide.ts";
import { Trouble } from "../base/errors.ts";
import { type Cents, ZERO } from "../base/money.ts";
import type { Accounts } from "../books/accounts.ts";
import type { Commitment } from "../books/capital-items.ts";
import type { Instruments } from "../books/instruments.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { CashLine } from "./cash.ts";
import type { Classifier, ConcentrationKind } from "./classify.ts";
import type { FirmPosition, NetCapitalBooks, OpenCommitment } from "./inputs.ts";
import type { NetCapitalRules } from "./rules.ts";

/** Whether what the account has of a security is the firm's own position. */
export function holdsForFirm(accounts: Accounts, account: number): boolean {
  const type = accounts.type(account);
  return type === "firm-inventory" || type === "error";
}

export function byCode(a: CashLine, b: CashLine): number {
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

/** A commitment in the terms of the computation, or why it cannot be said. */
export function openCommitment(
  { instruments, market }: Pick<NetCapitalBooks, "instruments" | "market">,
  classifier: Classifier,
  { commitment, instrument: row, side, quantity, contractPrice }: Commitment,
): OpenCommitment | Trouble {
  const { instrument, listing } = instruments.attributes(row);
  const found = classifier.classify(instruments.attributes(row));
  if (found.kind !== "bucket") return cannotClassify(found.kind, found.what, instrument);
  const units = side === "long" ? quantity : -quantity;
  const price = market.price(row);
  const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(instruments, row, units, price);
  const cost = valueOrNaN(instruments, row, units, contractPrice);
  if (Number.isNaN(value) || Number.isNaN(cost)) return missingPrice(instrument);
  return {
    commitment,
    instrument,
    value: value as Cents,
    cost: cost as Cents,
    bucket: found.bucket,
    listed: listing !== undefined,
  };
}

/** A position in the terms of the computation. */
export function firmPosition(
  { instruments }: Pick<NetCapitalBooks, "instruments">,
  { concentration: { equityFloorShares } }: NetCapitalRules,
  row: number,
  held: {
    readonly units: number;
    readonly price: number;
    readonly value: Cents;
    readonly bucket: number;
    readonly concentration: ConcentrationKind;
  },
): FirmPosition {
  const scale = instruments.columns.scale[row];
  return {
    instrument: instruments.attributes(row).instrument,
    quantity: formatDecimal(held.units, scale),
    price: formatDecimal(held.price, PRICE_SCALE),
    value: held.value,
    bucket: held.bucket,
    concentration: held.concentration,
    fiveHundredShares:
      held.concentration === "equity" ? instruments.value(row, equityFloorShares * 10 ** scale, held.price) : ZERO,
  };
}

/** The market value in cents, or NaN where it cannot be held exactly. */
export function valueOrNaN(instruments: Instruments, row: number, units: number, price: number): number {
  try {
    return instruments.value(row, units, price);
  } catch (error) {
    if (error instanceof Trouble && error.code === "overflow") return Number.NaN;
    throw error;
  }
}

/** (G): the principal, in cents and positive, of so many units of a convertible. */
export function principalOf(instruments: Instruments, row: number, units: number): number {
  const { principal = ZERO } = instruments.attributes(row);
  return multiplyDivide(Math.abs(units), principal, 10 ** instruments.columns.scale[row]);
}

/** In one order, each once: several lines may lack the same price. */
export function distinctTroubles(troubles: readonly Trouble[]): readonly Trouble[] {
  const byMessage = new Map(troubles.map((trouble) => [trouble.message, trouble]));
  return [...byMessage.values()].sort((a, b) => (a.message < b.message ? -1 : 1));
}

export function positionsOverflow(): Trouble {
  return new Trouble(
    "overflow",
    "the firm's positions are worth more than can be held exactly, longs and shorts together",
    {
      field: "positions",
      expected: "less than 2^53 cents",
    },
  );
}

export function missingDay(): Trouble {
  return new Trouble("missing-input", "no business day has been opened", {
    field: "asOf",
    expected: "a business-day-opened fact",
  });
}

export function missingPrice(instrument: string): Trouble {
  return new Trouble("missing-input", `no price for ${instrument}`, {
    field: instrument,
    expected: "a quote, a trade or a mark",
  });
}

export function cannotClassify(code: "missing-input" | "missing-rule", what: string, instrument: string): Trouble {
  const summary = code === "missing-rule" ? `no rule yet for ${what}` : `cannot be classified without ${what}`;
  return new Trouble(code, summary, { field: instrument });
}
