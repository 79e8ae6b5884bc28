/**
 * Everything that the computation of net capital reads, gathered from scratch from the books: the slow and obvious way,
 * against which the running figures are compared. What cannot be known is a trouble here, never a zero.
 *
 * The firm's positions in one instrument, in whatever account of its own, are one position: long and short of the same
 * security are flat.
 */
import { Trouble } from "../base/errors.ts";
import { type Cents, toCents, ZERO } from "../base/money.ts";
import type { Names } from "../base/names.ts";
import type { Day } from "../base/time.ts";
import type { Accounts } from "../books/accounts.ts";
import type { CapitalItem, CapitalItems, Commitment } from "../books/capital-items.ts";
import type { Calendar } from "../books/calendar.ts";
import type { CapitalMoves } from "../books/capital-moves.ts";
import type { Instruments } from "../books/instruments.ts";
import type { Ledger } from "../books/ledger.ts";
import type { Market } from "../books/market.ts";
import type { MarketMakingCounts } from "../books/market-making-counts.ts";
import type { Reports } from "../books/reports.ts";
import { NO_DAY } from "../books/settlement.ts";
import { BASE_CURRENCY, type CashLine, cashRole } from "./cash.ts";
import { Classifier, type ConcentrationKind } from "./classify.ts";
import {
  byCode,
  cannotClassify,
  distinctTroubles,
  firmPosition,
  fiveHundredShares,
  holdsForFirm,
  issueOf,
  missingDay,
  missingPrice,
  openCommitment,
  positionsOverflow,
  pricedBy,
  principalOf,
  valueOrNaN,
  worthPrice,
} from "./holdings.ts";
import type { SaidCharges } from "./margin-charges.ts";
import { type SparedUnits, youngUnderwritings } from "./open-items/underwritings.ts";
import type { PartAnswer } from "./part.ts";
import { partsFromBooks } from "./parts.ts";
import type { NetCapitalRules } from "./rules.ts";
import { addValue, emptySides, type Sides } from "./schedule.ts";

export { BASE_CURRENCY };

/** The books, as far as net capital reads them. */
export interface NetCapitalBooks {
  readonly names: Names;
  readonly instruments: Instruments;
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly market: Pick<Market, "price">;
  readonly capitalItems: Pick<CapitalItems, "items" | "commitments">;
  readonly reports: Pick<Reports, "list" | "revision" | "latest">;
  readonly capitalMoves: Pick<CapitalMoves, "netWithdrawn" | "contributed" | "currencies">;
  readonly marketMaking: Pick<MarketMakingCounts, "between">;
  readonly calendar: Calendar;
}

/** What the firm itself holds of one instrument, long or short. */
export interface FirmPosition {
  readonly instrument: string;
  /** The row of the instrument. */
  readonly row: number;
  /** In words, at the instrument's scale; negative where short. */
  readonly quantity: string;
  readonly price: string;
  /** Market value, negative where short. */
  readonly value: Cents;
  readonly bucket: number;
  /** What the bucket charges: all of it, less what parts claim and charge elsewhere. */
  readonly chargedQuantity: string;
  /** Whether parts leave any of it to its bucket. */
  readonly isCharged: boolean;
  readonly charged: Cents;
}

/** All that the firm has of one issue, options on it included: what may be unduly concentrated. */
export interface FirmIssue {
  readonly instrument: string;
  readonly bucket: number;
  readonly concentration: ConcentrationKind;
  /** Market values of longs and of shorts, both positive. */
  readonly long: Cents;
  readonly short: Cents;
  /** What as many shares as (M)(3) names are worth. */
  readonly fiveHundredShares: Cents;
}

export interface OpenCommitment {
  readonly commitment: string;
  readonly instrument: string;
  /** At market, negative for a commitment to deliver. */
  readonly value: Cents;
  /** At contract price, of the same sign. */
  readonly cost: Cents;
  readonly bucket: number;
  readonly listed: boolean;
}

/** A line of balances of cash, with what stands on it; positive. */
export interface CashAmount extends CashLine {
  readonly amount: Cents;
}

export interface NetCapitalInputs {
  readonly asOf: Day;
  /** The firm's own balances of dollars: capital, result, and what its inventory cost or brought. */
  readonly ownCash: Cents;
  /** Market value of all that the firm holds, longs less shorts. */
  readonly ownSecurities: Cents;
  /** By bucket, without what parts claim. */
  readonly sides: Sides;
  /** In the order of listing. */
  readonly positions: readonly FirmPosition[];
  /** In the order of listing. */
  readonly issues: readonly FirmIssue[];
  /** By code; none is zero. */
  readonly cash: readonly CashAmount[];
  readonly items: readonly CapitalItem[];
  readonly commitments: readonly OpenCommitment[];
  /** What the parts say: open items, options, futures, the rules of the house. */
  readonly parts: readonly PartAnswer[];
  /** Each a `missing-input` or a `missing-rule`. */
  readonly troubles: readonly Trouble[];
}

/** `charges` are those of accounts without their margin; none of a firm that margins nothing here. */
export function inputsFromBooks(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  charges: SaidCharges = [],
): NetCapitalInputs {
  const asOf = books.ledger.settlement.openedDay;
  const { ownCash, units, lines } = gatherBalances(books);
  const gathering = new Gathering(books, rules, asOf);
  if (asOf === NO_DAY) gathering.troubles.push(missingDay());
  const held = new Map([...units].filter(([, quantity]) => quantity !== 0).sort(([a], [b]) => a - b));
  const { parts, left } = partsFromBooks(books, rules, asOf, held, charges);
  for (const { unconcentrated } of parts) gathering.spare(unconcentrated ?? new Map());
  for (const [instrument, quantity] of held) gathering.addPosition(instrument, quantity, left.get(instrument) ?? 0);
  for (const commitment of books.capitalItems.commitments()) gathering.addCommitment(commitment);
  for (const { troubles } of parts) gathering.troubles.push(...troubles);
  const cash = [...lines.values()].flatMap((line) => gathering.cashAmount(line));
  return {
    asOf,
    ownCash,
    ownSecurities: gathering.ownSecurities,
    sides: gathering.sides,
    positions: gathering.positions,
    issues: gathering.issues(),
    cash: cash.sort(byCode),
    items: [...books.capitalItems.items()],
    commitments: gathering.commitments,
    parts,
    troubles: distinctTroubles(gathering.troubles),
  };
}

/** A line, and what stands on it by the row of the currency. */
interface CashSum {
  readonly line: CashLine;
  readonly sums: Map<number, number>;
}

interface Balances {
  ownCash: Cents;
  /** By instrument row: what the firm holds. */
  readonly units: Map<number, number>;
  readonly lines: Map<string, CashSum>;
}

function gatherBalances({ accounts, instruments, ledger }: NetCapitalBooks): Balances {
  const { account, asset, quantity } = ledger.rows.columns;
  const balances: Balances = { ownCash: ZERO, units: new Map(), lines: new Map() };
  const dollar = instruments.findText(BASE_CURRENCY);
  const post = (line: CashLine | undefined, currency: number, amount: number): void => {
    if (line === undefined) return;
    const known = balances.lines.get(line.code) ?? { line, sums: new Map<number, number>() };
    balances.lines.set(line.code, known);
    known.sums.set(currency, (known.sums.get(currency) ?? 0) + amount);
  };
  for (let row = 0; row < ledger.size; row++) {
    const balance = quantity[row];
    if (balance === 0) continue;
    const role = cashRole(accounts.attributes(account[row]));
    const isCash = instruments.type(asset[row]) === "currency";
    if (asset[row] === dollar && role.own) balances.ownCash = toCents(balances.ownCash + balance);
    else if (isCash ? role.own : holdsForFirm(accounts, account[row])) {
      balances.units.set(asset[row], (balances.units.get(asset[row]) ?? 0) + balance);
    } else if (isCash) {
      if (balance > 0) post(role.credit, asset[row], balance);
      else post(role.debit, asset[row], -balance);
      post(role.net, asset[row], -balance);
    }
  }
  return balances;
}

/** Turns what was gathered into cents and buckets, and collects what cannot be. */
class Gathering {
  readonly positions: FirmPosition[] = [];
  readonly commitments: OpenCommitment[] = [];
  readonly troubles: Trouble[] = [];
  readonly sides: Sides;
  ownSecurities: Cents = ZERO;
  /** Longs and shorts, both positive. */
  #gross = 0;
  readonly #books: NetCapitalBooks;
  readonly #rules: NetCapitalRules;
  readonly #classifier: Classifier;
  /** By instrument row: the bucket of what is held, and the sides of each issue. */
  readonly #bucketOf = new Map<number, number>();
  readonly #issues = new Map<number, { long: number; short: number }>();
  /** Units that (M) does not count yet. */
  readonly #spared: Map<number, number>;

  constructor(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day) {
    this.#books = books;
    this.#rules = rules;
    this.#classifier = new Classifier(rules, asOf);
    this.#spared = new Map(youngUnderwritings(books, rules, asOf));
    this.sides = emptySides(rules.schedule);
  }

  /** (M) does not count so many units more. */
  spare(units: SparedUnits): void {
    for (const [row, more] of units) this.#spared.set(row, (this.#spared.get(row) ?? 0) + more);
  }

  addPosition(row: number, units: number, unclaimed: number): void {
    const { instruments } = this.#books;
    const attributes = instruments.attributes(row);
    const found = this.#classifier.classify(attributes);
    if (found.kind !== "bucket") {
      this.troubles.push(cannotClassify(found.kind, found.what, attributes.instrument));
      return;
    }
    if (found.worth === "nothing") return;
    const price = worthPrice(this.#books, row, found.worth);
    const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(instruments, row, units, price);
    if (Number.isNaN(value)) {
      this.troubles.push(missingPrice(pricedBy(this.#books, row, found.worth)));
      return;
    }
    const { bucketAtPrincipal } = found;
    const atPrincipal = bucketAtPrincipal !== undefined && Math.abs(value) >= principalOf(instruments, row, units);
    const bucket = atPrincipal ? bucketAtPrincipal : found.bucket;
    this.#gross += Math.abs(value);
    if (this.#gross > Number.MAX_SAFE_INTEGER) {
      this.troubles.push(positionsOverflow());
      return;
    }
    const charged = instruments.value(row, unclaimed, price);
    addValue(this.sides, bucket, charged);
    this.ownSecurities = toCents(this.ownSecurities + value);
    this.#bucketOf.set(row, bucket);
    const issue = issueOf(instruments, row);
    const sides = this.#issues.get(issue) ?? { long: 0, short: 0 };
    this.#issues.set(issue, sides);
    const spared = this.#spared.get(row) ?? 0;
    if (value > 0) sides.long += spared === 0 ? value : instruments.value(row, Math.max(0, units - spared), price);
    else sides.short -= value;
    this.positions.push(
      firmPosition(this.#books, row, { units, unclaimed, price, value: value as Cents, charged, bucket }),
    );
  }

  /** What is held of each issue that (M) reaches. Of one of which only options are held, the class says the bucket. */
  issues(): FirmIssue[] {
    const { instruments } = this.#books;
    return [...this.#issues]
      .sort(([a], [b]) => a - b)
      .flatMap(([row, { long, short }]) => {
        const found = this.#classifier.classify(instruments.attributes(row));
        if (found.kind !== "bucket" || found.concentration === "exempt") return [];
        const floor = fiveHundredShares(this.#books, this.#rules, row, found.concentration);
        if (Number.isNaN(floor)) return [];
        return [
          {
            instrument: instruments.attributes(row).instrument,
            bucket: this.#bucketOf.get(row) ?? found.bucket,
            concentration: found.concentration,
            long: toCents(long),
            short: toCents(short),
            fiveHundredShares: toCents(floor),
          },
        ];
      });
  }

  addCommitment(commitment: Commitment): void {
    const open = openCommitment(this.#books, this.#classifier, commitment);
    if (open instanceof Trouble) this.troubles.push(open);
    else this.commitments.push(open);
  }

  /** The line in dollars, at the price of each currency; nothing where it is zero, or where it cannot be said. */
  cashAmount({ line, sums }: CashSum): CashAmount[] {
    const { instruments, market } = this.#books;
    let amount = 0;
    for (const [currency, sum] of sums) {
      const { instrument } = instruments.attributes(currency);
      if (sum === 0) continue;
      if (instrument === BASE_CURRENCY) amount += sum;
      else if (Number.isNaN(market.price(currency))) this.troubles.push(missingPrice(instrument));
      else amount += instruments.value(currency, sum, market.price(currency));
    }
    return amount > 0 ? [{ ...line, amount: toCents(amount) }] : [];
  }
}
