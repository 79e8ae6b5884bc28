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
import type { InstrumentType } from "../books/instrument-types.ts";
import type { Instruments } from "../books/instruments.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { INSTRUMENT_TYPES } from "../facts/kinds.ts";
import type { CashLine } from "./cash.ts";
import type { Classifier, ConcentrationKind, Worth } from "./classify.ts";
import type { FirmIssue, FirmPosition, NetCapitalBooks, OpenCommitment } from "./inputs.ts";
import type { NetCapitalRules } from "./rules.ts";

const OPTION = INSTRUMENT_TYPES.indexOf("option");

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
  const { instrument, type, listing } = instruments.attributes(row);
  const found = classifier.classify(instruments.attributes(row));
  if (found.kind !== "bucket") return cannotClassify(found.kind, found.what, instrument);
  if (!isCommittedHere(found.bucket, type, classifier))
    return cannotClassify("missing-rule", `commitments in a ${type}`, instrument);
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

/** Whether (viii) knows commitments in the instrument. Of one in a commodity only its loss counts there; Appendix B charges the rest. */
export function isCommittedHere(bucket: number, type: InstrumentType, { elsewhere }: Classifier): boolean {
  return bucket !== elsewhere || type === "commodity";
}

/** The price that a position is worth in net worth: the market's; of an unlisted option what it is in the money. NaN: unknown. */
export function worthPrice(
  { instruments, market }: Pick<NetCapitalBooks, "instruments" | "market">,
  row: number,
  worth: Worth,
): number {
  if (worth === "market") return market.price(row);
  const { right, strike = Number.NaN } = instruments.attributes(row);
  const underlying = instruments.columns.underlying[row];
  const inTheMoney = (underlying === -1 ? Number.NaN : market.price(underlying)) - strike;
  return Math.max(0, right === "call" ? inTheMoney : -inTheMoney);
}

/** The instrument whose price is missing where `worthPrice` is NaN. */
export function pricedBy({ instruments }: Pick<NetCapitalBooks, "instruments">, row: number, worth: Worth): string {
  const { instrument, underlying } = instruments.attributes(row);
  return worth === "in-the-money" ? (underlying ?? instrument) : instrument;
}

/** The row of the issue that a position counts with for undue concentration, (M): of an option on a security, that security's. */
export function issueOf({ columns }: Instruments, row: number): number {
  return columns.type[row] === OPTION && columns.underlying[row] !== -1 ? columns.underlying[row] : row;
}

/** What so many shares as (M)(3) names are worth; zero where it does not name any, NaN where they have no price. */
export function fiveHundredShares(
  { instruments, market }: Pick<NetCapitalBooks, "instruments" | "market">,
  { concentration: { equityFloorShares } }: NetCapitalRules,
  row: number,
  kind: ConcentrationKind,
): number {
  if (kind !== "equity") return 0;
  const price = market.price(row);
  return Number.isNaN(price)
    ? Number.NaN
    : instruments.value(row, equityFloorShares * 10 ** instruments.columns.scale[row], price);
}

/** Numbers of a position, put in words only where somebody reads them: a computation has thousands and names twenty. */
class HeldPosition implements FirmPosition {
  readonly row: number;
  readonly value: Cents;
  readonly charged: Cents;
  readonly bucket: number;
  readonly isCharged: boolean;
  readonly #instruments: Instruments;
  readonly #units: number;
  readonly #unclaimed: number;
  readonly #price: number;

  constructor(instruments: Instruments, row: number, { units, unclaimed, price, value, charged, bucket }: Held) {
    this.value = value;
    this.charged = charged;
    this.bucket = bucket;
    this.isCharged = unclaimed !== 0;
    this.#instruments = instruments;
    this.row = row;
    this.#units = units;
    this.#unclaimed = unclaimed;
    this.#price = price;
  }

  get instrument(): string {
    return this.#instruments.attributes(this.row).instrument;
  }

  get quantity(): string {
    return formatDecimal(this.#units, this.#scale);
  }

  get price(): string {
    return formatDecimal(this.#price, PRICE_SCALE);
  }

  get chargedQuantity(): string {
    return formatDecimal(this.#unclaimed, this.#scale);
  }

  get #scale(): number {
    return this.#instruments.columns.scale[this.row];
  }
}

/** The same of an issue. */
class HeldIssue implements FirmIssue {
  readonly bucket: number;
  readonly concentration: ConcentrationKind;
  readonly long: Cents;
  readonly short: Cents;
  readonly #instruments: Instruments;
  readonly #row: number;
  readonly #floorShares: number;
  readonly #price: number;

  constructor(
    instruments: Instruments,
    row: number,
    { bucket, concentration, long, short, price, floorShares }: Issue,
  ) {
    this.bucket = bucket;
    this.concentration = concentration;
    this.long = long;
    this.short = short;
    this.#instruments = instruments;
    this.#row = row;
    this.#floorShares = floorShares;
    this.#price = price;
  }

  get instrument(): string {
    return this.#instruments.attributes(this.#row).instrument;
  }

  get fiveHundredShares(): Cents {
    if (this.concentration !== "equity") return ZERO;
    const units = this.#floorShares * 10 ** this.#instruments.columns.scale[this.#row];
    return this.#instruments.value(this.#row, units, this.#price);
  }
}

interface Issue {
  readonly bucket: number;
  readonly concentration: ConcentrationKind;
  readonly long: Cents;
  readonly short: Cents;
  /** Of the security itself. */
  readonly price: number;
  readonly floorShares: number;
}

/** An issue in the terms of the computation. */
export function firmIssue({ instruments }: Pick<NetCapitalBooks, "instruments">, row: number, issue: Issue): FirmIssue {
  return new HeldIssue(instruments, row, issue);
}

interface Held {
  readonly units: number;
  readonly unclaimed: number;
  readonly price: number;
  readonly value: Cents;
  readonly charged: Cents;
  readonly bucket: number;
}

/** A position in the terms of the computation. */
export function firmPosition(
  { instruments }: Pick<NetCapitalBooks, "instruments">,
  row: number,
  held: Held,
): FirmPosition {
  return new HeldPosition(instruments, row, held);
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
