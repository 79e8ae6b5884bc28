/**
 * The market-maker accounts of options specialists that the firm carries or guarantees, 15c3-1(c)(2)(x): each by itself, what
 * Appendix A takes of its options and the haircuts of all else in it, less what the account would liquidate to. A deficit
 * adds to the charge; there is never a credit. Under theoretical pricing the narrower ranges of (b)(1)(iv) apply.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { type Cents, excessOver, toCents, ZERO } from "../../base/money.ts";
import type { Classification } from "../classify.ts";
import { unitsLeft } from "../claims.ts";
import { BASE_CURRENCY } from "../cash.ts";
import { familyDeduction } from "../haircuts/positions.ts";
import { cannotClassify, missingPrice, pricedBy, principalOf, valueOrNaN, worthPrice } from "../holdings.ts";
import { addValue, emptySides, FAMILIES, type Sides } from "../schedule.ts";
import { OptionsCharge } from "./charge.ts";
import { deductionLine } from "./lines.ts";
import type { OptionsView } from "./view.ts";

interface Held {
  readonly row: number;
  readonly units: number;
  readonly found: Classification;
}

/** One account, as its balances are when it is made; computed again where a price in it changes. */
export class SpecialistAccount {
  readonly account: number;
  charge: Cents = ZERO;
  troubles: readonly Trouble[] = [];
  readonly #view: OptionsView;
  readonly #options: OptionsCharge;
  readonly #held: readonly Held[];
  /** Units that Appendix A charges, by instrument. */
  readonly #claimed = new Map<number, number>();
  readonly #watched: ReadonlySet<number>;
  /** Dollars that the account has. */
  readonly #cash: Cents;
  readonly #sides: Sides;
  #haircuts: Cents = ZERO;
  #equity: Cents = ZERO;

  constructor(account: number, view: OptionsView) {
    const { ledger, instruments } = view.books;
    this.account = account;
    const units = new Map<number, number>();
    const { asset, quantity } = ledger.rows.columns;
    const dollar = instruments.findText(BASE_CURRENCY);
    for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row))
      if (quantity[row] !== 0 && asset[row] !== dollar) units.set(asset[row], quantity[row]);
    this.#cash = ledger.balance(account, dollar) as Cents;
    this.#view = {
      ...view,
      ranges: view.rules.options.theoretical.specialistRanges,
      left: (instrument) => units.get(instrument) ?? 0,
    };
    this.#held = [...units]
      .sort(([a], [b]) => a - b)
      .map(([row, held]) => ({ row, units: held, found: view.classifier.classify(instruments.attributes(row)) }));
    this.#options = new OptionsCharge(this.#view, units.keys());
    this.#sides = emptySides(view.rules.schedule);
    this.#watched = new Set([...units.keys()].flatMap((row) => [row, instruments.columns.underlying[row]]));
    this.compute();
  }

  /** Nothing stands in it. */
  get isEmpty(): boolean {
    return this.#held.length === 0 && this.#cash === 0;
  }

  /** The price of an instrument changed. True where it matters. */
  priced(row: number): boolean {
    if (!this.#watched.has(row)) return false;
    this.#options.priced(row);
    return true;
  }

  compute(): void {
    this.#options.refresh((one) => {
      this.#claimed.set(one.underlying, one.stockClaimed);
      for (const row of one.rows) this.#claimed.set(row, one.otherClaimed(row));
    });
    this.charge = ZERO;
    this.troubles = [...this.#options.classes.flatMap(({ troubles }) => troubles), ...this.#chargePositions()];
    if (this.troubles.length === 0) this.charge = excessOver(this.#needed, this.#equity);
  }

  /** Deductions of Appendix A less what it adds to net worth, and haircuts. */
  get #needed(): Cents {
    return (this.#options.deduction - this.#options.adjustment + this.#haircuts) as Cents;
  }

  /** Haircuts on what Appendix A does not charge, and what the account liquidates to. Gives what cannot be said. */
  #chargePositions(): readonly Trouble[] {
    try {
      const troubles = this.#valuePositions();
      let haircuts = 0;
      for (const family of FAMILIES) haircuts += familyDeduction(family, this.#sides, this.#view.rules);
      this.#haircuts = haircuts as Cents;
      return troubles;
    } catch (error) {
      if (error instanceof Trouble) return [error];
      throw error;
    }
  }

  #valuePositions(): readonly Trouble[] {
    const { books, classifier } = this.#view;
    const { instruments } = books;
    const troubles: Trouble[] = [];
    let equity: number = this.#cash;
    this.#sides.long.fill(0);
    this.#sides.short.fill(0);
    for (const { row, units, found } of this.#held) {
      const { instrument, type } = instruments.attributes(row);
      if (found.kind !== "bucket") {
        troubles.push(cannotClassify(found.kind, found.what, instrument));
        continue;
      }
      const left = unitsLeft(units, this.#claimed.get(row) ?? 0);
      const isCharged = found.bucket !== classifier.elsewhere || this.#options.concerns(row);
      if (!isCharged && left !== 0)
        troubles.push(cannotClassify("missing-rule", `a ${type} in the account of a specialist`, instrument));
      if (found.worth === "nothing") continue;
      const price = worthPrice(books, row, found.worth);
      const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(instruments, row, units, price);
      if (Number.isNaN(value)) {
        troubles.push(missingPrice(pricedBy(books, row, found.worth)));
        continue;
      }
      equity += value;
      const atPrincipal =
        found.bucketAtPrincipal !== undefined && Math.abs(value) >= principalOf(instruments, row, units);
      const bucket = atPrincipal ? found.bucketAtPrincipal : found.bucket;
      addValue(this.#sides, bucket, valueOrNaN(instruments, row, left, price));
    }
    this.#equity = toCents(equity);
    return troubles;
  }

  /** The charge, with what it is made of. */
  line(): Line {
    const { books, rules } = this.#view;
    const { account } = books.accounts.attributes(this.account);
    const code = `charges/options-specialists/${account}`;
    return line(
      code,
      `${account}, options specialist`,
      "15c3-1(c)(2)(x)(A)",
      this.charge,
      {
        optionDeductions: this.#options.deduction,
        netWorthAdjustments: this.#options.adjustment,
        otherHaircuts: this.#haircuts,
        liquidatingEquity: this.#equity,
      },
      [deductionLine(this.#options, rules.options, `${code}/options`)],
    );
  }
}

/** The accounts of specialists, in the order of opening. */
export function specialistAccounts({ accounts }: OptionsView["books"]): number[] {
  const { optionsSpecialist } = accounts.columns;
  const found: number[] = [];
  for (let account = 0; account < accounts.size; account++) if (optionsSpecialist[account] === 1) found.push(account);
  return found;
}
