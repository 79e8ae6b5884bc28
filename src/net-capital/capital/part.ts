/**
 * What agreements, taxes, markets made and special minimums enter in the computation: from scratch, and kept.
 *
 * A subordinated loan counts through the general-ledger account that carries it. Where an agreement names that account, the
 * agreement says how much of the balance counts; an account that none names counts as its class says. Books and agreements
 * that contradict each other give no figure.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { type Cents, excessOver, formatDollars, negate, subtract, sum, ZERO } from "../../base/money.ts";
import { type Day, formatDay } from "../../base/time.ts";
import { BASE_CURRENCY } from "../cash.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { type PartAnswer, type RunningPart, sumsOf } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import { deferredTaxLines } from "./deferred-taxes.ts";
import { futuresMinimumLine, marketCounts, marketMakerLines, partingPrice, riskMarginLine } from "./minimums.ts";
import { agreementsOf, type Standing, standingsOf } from "./subordination.ts";

/** From the books alone. */
export function capitalPart(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day): PartAnswer {
  const { subordination, marketMakers } = rules.capital;
  const standings = standingsOf(agreementsOf(books.reports), subordination, asOf);
  const items = [...books.capitalItems.items()];
  const riskMargin = riskMarginLine(items, rules);
  const futures = futuresMinimumLine(items, rules);
  return {
    lines: {
      "net-worth": deferredTaxLines(books.reports.list("deferred-tax-stated")),
      subordinated: standings.flatMap(notCountedLine),
      charges: standings.flatMap((standing) => deficiencyLine(standing)),
      "market-maker-minimum": marketMakerLines(marketCounts(books, marketMakers, asOf).counts, marketMakers),
      "ratio-additions": riskMargin === undefined || riskMargin instanceof Trouble ? [] : [riskMargin],
      "other-minimum": futures === undefined ? [] : [futures],
    },
    troubles: [...contradictions(books, standings), ...(riskMargin instanceof Trouble ? [riskMargin] : [])],
  };
}

/** What stands on an account of satisfactory loans and does not count, taken off again. */
function notCountedLine({ agreement, counts, why }: Standing): Line[] {
  const { agreement: name, ledgerAccount, principal, maturity } = agreement;
  if (ledgerAccount === undefined || counts === principal) return [];
  return [
    line(
      `subordinated/not-counted/${name}`,
      `${name}: does not count`,
      "15c3-1d",
      negate(subtract(principal, counts)),
      { why, maturity: formatDay(maturity) },
    ),
  ];
}

/** Of a secured demand note: what its collateral does not cover, (c)(2)(iv)(B). */
function deficiencyLine({ agreement, counts }: Standing): Line[] {
  const { agreement: name, form, ledgerAccount, collateral } = agreement;
  const deficiency = excessOver(counts, collateral);
  if (form !== "secured-demand-note" || ledgerAccount === undefined || deficiency === 0) return [];
  return [
    line(
      `charges/secured-demand-note/${name}`,
      `${name}: collateral that the note lacks`,
      "15c3-1(c)(2)(iv)(B)",
      deficiency,
      { counts, collateral },
    ),
  ];
}

/** The accounts that agreements name, with what should stand on each. */
function governedAccounts(standings: readonly Standing[]): ReadonlyMap<string, readonly Standing[]> {
  const governed = new Map<string, Standing[]>();
  for (const standing of standings) {
    const { ledgerAccount, principal } = standing.agreement;
    if (ledgerAccount === undefined || (principal === 0 && standing.agreement.form === "temporary")) continue;
    governed.set(ledgerAccount, [...(governed.get(ledgerAccount) ?? []), standing]);
  }
  return governed;
}

function contradictions(books: NetCapitalBooks, standings: readonly Standing[]): Trouble[] {
  return [...governedAccounts(standings)].flatMap(([account, named]) => contradiction(books, account, named));
}

function contradiction(
  { accounts, instruments, ledger }: NetCapitalBooks,
  account: string,
  standings: readonly Standing[],
): Trouble[] {
  const agreements = standings.map(({ agreement }) => agreement.agreement).join(", ");
  const row = accounts.findText(account);
  if (row < 0 || accounts.attributes(row).ledgerClass !== "subordinated-satisfactory") {
    return [
      new Trouble("missing-input", `${agreements} cannot count through this account`, {
        field: account,
        expected: "a general-ledger account of class subordinated-satisfactory",
      }),
    ];
  }
  const dollar = instruments.findText(BASE_CURRENCY);
  const balance = dollar < 0 ? ZERO : (ledger.balance(row, dollar) as Cents);
  const principal = sum(standings.map(({ agreement }) => agreement.principal));
  if (balance === principal) return [];
  return [
    new Trouble("missing-input", `the books and the agreement ${agreements} contradict each other`, {
      field: account,
      value: formatDollars(balance),
      expected: `a credit of ${formatDollars(principal)}, its principal`,
    }),
  ];
}

/** The same kept: made anew when something it reads has changed, which few facts do. */
export class RunningCapital implements RunningPart {
  readonly #books: NetCapitalBooks;
  #rules: NetCapitalRules | undefined;
  #asOf: Day = -1 as Day;
  #isStale = true;
  #answer: PartAnswer = { lines: {}, troubles: [] };
  #sums: Float64Array = new Float64Array(0);
  /** Rows of the accounts that agreements name (-1: not open), with the class and balance that were read. */
  #accounts: readonly string[] = [];
  #rows = new Int32Array(0);
  #classes = new Uint8Array(0);
  #balances = new Float64Array(0);
  #dollar = -1;
  /** By instrument row: 1 and 2 on either side of the parting price, where the markets made now decide; else 0. */
  #sides = new Uint8Array(0);

  constructor(books: NetCapitalBooks) {
    this.#books = books;
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    this.#rules = rules;
    this.#asOf = asOf;
    this.#isStale = true;
    this.#watchPrices(rules);
  }

  moved(): void {}

  /** An agreement may name the account before it is opened. */
  accountChanged(account: number): boolean {
    return this.#accounts.includes(this.#books.accounts.attributes(account).account);
  }

  /** An agreement may name the account. */
  balanceChanged(account: number): boolean {
    return this.#rows.includes(account);
  }

  priced(instrument: number): boolean {
    if (instrument >= this.#sides.length || this.#sides[instrument] === 0 || this.#rules === undefined) return false;
    const side = this.#side(instrument, this.#rules);
    if (side === this.#sides[instrument]) return false;
    this.#sides[instrument] = side;
    return (this.#isStale = true);
  }

  relisted(): void {}

  reported(): void {
    this.#isStale = true;
    if (this.#rules !== undefined) this.#watchPrices(this.#rules);
  }

  addTo(sums: Float64Array): boolean {
    if (this.#isStale || this.#accountsChanged()) this.#refresh();
    if (this.#answer.troubles.length > 0) return false;
    for (let place = 0; place < sums.length; place++) sums[place] += this.#sums[place];
    return true;
  }

  answer(): PartAnswer {
    if (this.#isStale || this.#accountsChanged()) this.#refresh();
    return this.#answer;
  }

  #refresh(): void {
    if (this.#rules === undefined) return;
    this.#isStale = false;
    this.#dollar = this.#books.instruments.findText(BASE_CURRENCY);
    this.#answer = capitalPart(this.#books, this.#rules, this.#asOf);
    this.#sums = sumsOf([this.#answer]);
    const { accounts } = this.#books;
    const standings = standingsOf(agreementsOf(this.#books.reports), this.#rules.capital.subordination, this.#asOf);
    this.#accounts = [...governedAccounts(standings).keys()];
    this.#rows = Int32Array.from(this.#accounts, (account) => accounts.findText(account));
    this.#classes = Uint8Array.from(this.#rows, (row) => (row < 0 ? 0 : accounts.columns.ledgerClass[row]));
    this.#balances = Float64Array.from(this.#rows, (row) => this.#balance(row));
  }

  /** Whether an account that an agreement names is not what it was. Allocates nothing. */
  #accountsChanged(): boolean {
    const { accounts } = this.#books;
    for (let index = 0; index < this.#rows.length; index++) {
      const row = this.#rows[index];
      if (row < 0) {
        if (accounts.findText(this.#accounts[index]) >= 0) return true;
      } else if (
        accounts.columns.ledgerClass[row] !== this.#classes[index] ||
        this.#balance(row) !== this.#balances[index]
      )
        return true;
    }
    return false;
  }

  #balance(row: number): number {
    return row < 0 || this.#dollar < 0 ? 0 : this.#books.ledger.balance(row, this.#dollar);
  }

  #watchPrices(rules: NetCapitalRules): void {
    const { reports, instruments } = this.#books;
    this.#sides = new Uint8Array(instruments.size);
    if (!marketCounts(this.#books, rules.capital.marketMakers, this.#asOf).areNow) return;
    for (const { instrument } of reports.list("market-making-changed")) {
      const row = instruments.findText(instrument);
      this.#sides[row] = this.#side(row, rules);
    }
  }

  #side(instrument: number, { capital }: NetCapitalRules): number {
    return this.#books.market.price(instrument) <= partingPrice(capital.marketMakers) ? 1 : 2;
  }
}
