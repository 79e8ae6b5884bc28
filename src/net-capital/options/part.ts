/** Options as a part of net capital, Appendix A (15c3-1a): from scratch, and kept by deltas. */
import { total } from "../../base/line.ts";
import type { Day } from "../../base/time.ts";
import { Classifier } from "../classify.ts";
import type { Claims, Holdings } from "../claims.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { type PartAnswer, PLACE, type RunningPart } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { RunningPositions } from "../running-positions.ts";
import { OptionsCharge } from "./charge.ts";
import type { OptionClass } from "./class.ts";
import { adjustmentLine, deductionLine } from "./lines.ts";
import { SpecialistAccount, specialistAccounts } from "./specialists.ts";
import { StatedValues } from "../../books/stated-values.ts";
import type { OptionsView } from "./view.ts";

/** What Appendix A says of the positions that are left. */
export function optionsFromBooks(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  left: Holdings,
): PartAnswer {
  const view = viewOf(books, rules, asOf, (instrument) => left.get(instrument) ?? 0);
  const charge = new OptionsCharge(view, left.keys());
  const claims = new Map<number, number>();
  charge.refresh((one) =>
    claimsOf(one, (instrument, units) => {
      if (units !== 0) claims.set(instrument, units);
    }),
  );
  const specialists = specialistAccounts(books).map((account) => new SpecialistAccount(account, view));
  return { ...answerOf(charge, specialists, rules), claims };
}

function viewOf(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  left: (instrument: number) => number,
): OptionsView {
  const { ranges } = rules.options.theoretical;
  const values = new StatedValues(books, asOf);
  return { books, rules, asOf, classifier: new Classifier(rules, asOf), values, ranges, left };
}

function* allRows({ instruments }: NetCapitalBooks): Generator<number> {
  for (let row = 0; row < instruments.size; row++) yield row;
}

/** What a class takes of positions that other paragraphs would charge. */
function claimsOf(one: OptionClass, claim: (instrument: number, units: number) => void): void {
  claim(one.underlying, one.stockClaimed);
  for (const row of one.rows) claim(row, one.otherClaimed(row));
}

function answerOf(
  charge: OptionsCharge,
  accounts: readonly SpecialistAccount[],
  { options }: NetCapitalRules,
): PartAnswer {
  const specialists = accounts.filter(({ isEmpty }) => !isEmpty);
  const troubles = [...charge.classes, ...specialists].flatMap((one) => one.troubles);
  if (troubles.length > 0) return { lines: {}, troubles };
  const deduction = deductionLine(charge, options);
  const adjustment = adjustmentLine(charge, options);
  const carried = total(
    "charges/options-specialists",
    "Accounts of options specialists",
    "15c3-1(c)(2)(x)",
    specialists.map((specialist) => specialist.line()),
  );
  return {
    lines: {
      ...(deduction.children.length > 0 && { haircuts: [deduction] }),
      ...(adjustment.children.length > 0 && { "net-worth": [adjustment] }),
      ...(specialists.length > 0 && { charges: [carried] }),
    },
    troubles,
  };
}

export class RunningOptions implements RunningPart {
  readonly #books: NetCapitalBooks;
  readonly #claims: Claims;
  #rules: NetCapitalRules | undefined;
  #asOf = 0 as Day;
  #view: OptionsView | undefined;
  /** Undefined where it is to be made anew. */
  #charge: OptionsCharge | undefined;
  /** The accounts of specialists; undefined where one is to be read anew. */
  readonly #specialists = new Map<number, SpecialistAccount | undefined>();
  #arePricesStale = false;

  constructor(books: NetCapitalBooks, positions: RunningPositions) {
    this.#books = books;
    this.#claims = positions.claimsOf(this);
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    this.#rules = rules;
    this.#asOf = asOf;
    this.#view = undefined;
    this.#charge = undefined;
    this.#specialists.clear();
    for (const account of specialistAccounts(this.#books)) this.#specialists.set(account, undefined);
  }

  moved(instrument: number): void {
    this.#charge?.moved(instrument);
  }

  balanceChanged(account: number): boolean {
    const isSpecialist = this.#books.accounts.columns.optionsSpecialist[account] === 1;
    if (isSpecialist) this.#specialists.set(account, undefined);
    return isSpecialist || this.#specialists.delete(account);
  }

  priced(instrument: number): boolean {
    let matters = this.#charge?.priced(instrument) ?? false;
    if (this.#specialists.size === 0) return matters;
    for (const specialist of this.#specialists.values()) {
      if (specialist?.priced(instrument) !== true) continue;
      this.#arePricesStale = true;
      matters = true;
    }
    return matters;
  }

  relisted(instrument: number): void {
    const isConcerned = this.#charge?.concerns(instrument) === true || this.#claims.left(instrument) !== 0;
    if (isConcerned) this.#charge = undefined;
    this.#readSpecialists();
  }

  reported(): void {
    this.#view?.values.read();
    this.#charge?.valuesStated();
    this.#readSpecialists();
  }

  #readSpecialists(): void {
    for (const account of this.#specialists.keys()) this.#specialists.set(account, undefined);
  }

  addTo(sums: Float64Array): boolean {
    const charge = this.#refreshed();
    if (charge === undefined || !charge.isGood) return false;
    sums[PLACE.haircuts] += charge.deduction;
    sums[PLACE["net-worth"]] += charge.adjustment;
    for (const specialist of this.#specialists.values()) {
      if (specialist === undefined || specialist.troubles.length > 0) return false;
      sums[PLACE.charges] += specialist.charge;
    }
    return true;
  }

  answer(): PartAnswer {
    const charge = this.#refreshed();
    if (charge === undefined || this.#rules === undefined) return { lines: {}, troubles: [] };
    const specialists = [...this.#specialists.values()]
      .filter((specialist) => specialist !== undefined)
      .sort((a, b) => a.account - b.account);
    return answerOf(charge, specialists, this.#rules);
  }

  #refreshed(): OptionsCharge | undefined {
    if (this.#rules === undefined) return undefined;
    this.#view ??= viewOf(this.#books, this.#rules, this.#asOf, (instrument) => this.#claims.left(instrument));
    if (this.#charge === undefined) {
      this.#claims.release();
      this.#charge = new OptionsCharge(this.#view, allRows(this.#books));
    }
    this.#charge.refresh(this.#computed);
    if (this.#specialists.size > 0) this.#refreshSpecialists(this.#view);
    return this.#charge;
  }

  #refreshSpecialists(view: OptionsView): void {
    for (const [account, specialist] of this.#specialists) {
      if (specialist === undefined) this.#specialists.set(account, new SpecialistAccount(account, view));
      else if (this.#arePricesStale) specialist.compute();
    }
    this.#arePricesStale = false;
  }

  readonly #computed = (one: OptionClass): void => {
    claimsOf(one, this.#claim);
  };

  readonly #claim = (instrument: number, units: number): void => this.#claims.claim(instrument, units);
}
