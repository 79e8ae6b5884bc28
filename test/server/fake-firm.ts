/**
 * A small firm for tests of the server and the page: the same prices on every run, all parts of the interface filled, and
 * switches for what a real firm seldom does. It knows no rule; only its sums are right.
 */
import type { ErrorCode } from "../../src/base/errors.ts";
import { type Line, line, lineToJson, findLine, total } from "../../src/base/line.ts";
import { type Cents, formatDollars, sum, toCents } from "../../src/base/money.ts";
import { formatInstant, type Instant, parseInstant } from "../../src/base/time.ts";
import type {
  AccountStatement,
  Basis,
  Explanation,
  FirmEvent,
  HistoryPoint,
  LiveFirm,
  Mover,
  NetCapitalUnknown,
  NetCapitalView,
  RefusedFact,
  Status,
  StockRecord,
  Tier,
  TrialBalance,
  TroubleJson,
  WaterfallStep,
} from "../../src/server/live-firm.ts";
import { FakeMargin } from "./fake-margin.ts";
import { FakeWatch } from "./fake-watch.ts";

const NAMES = `AAPL Apple Inc.|MSFT Microsoft Corp.|NVDA NVIDIA Corp.|AMZN Amazon.com Inc.|JPM JPMorgan Chase & Co.|XOM Exxon Mobil Corp.
LLY Eli Lilly & Co.|GME GameStop Corp.|TSLA Tesla Inc.|SPY SPDR S&P 500 ETF Trust|IWM iShares Russell 2000 ETF|KO Coca-Cola Co.
BA Boeing Co.|CAT Caterpillar Inc.|GS Goldman Sachs Group Inc.|PFE Pfizer Inc.|VZ Verizon Communications Inc.|DIS Walt Disney Co.
MU Micron Technology Inc.|UAL United Airlines Holdings Inc.|NEE NextEra Energy Inc.|FCX Freeport-McMoRan Inc.`;

const EQUITIES = "15c3-1(c)(2)(vi)(J)";

interface Holding {
  readonly symbol: string;
  readonly description: string;
  readonly quantity: number;
  readonly opening: Cents;
  price: Cents;
}

const cents = (dollars: number): Cents => toCents(Math.round(dollars * 100));

export class FactsRefused extends Error {
  override readonly name = "FactsRefused";
  readonly troubles: readonly RefusedFact[];

  constructor(troubles: readonly RefusedFact[]) {
    super(`${troubles.length} of the facts refused; none recorded`);
    this.troubles = troubles;
  }
}

/** Repeatable noise in [-1, 1). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export class FakeFirm implements LiveFirm {
  readonly watch = new FakeWatch();
  readonly margin = new FakeMargin();
  /** What is missing; while any is, net capital cannot be said. */
  missing: readonly TroubleJson[] = [];
  /** What stops facts from being taken. */
  troubles: readonly TroubleJson[] = [];
  state: Status["state"] = "replaying";
  name = "Harbour & Dunlin Securities LLC";
  /** Percentages of the minimum at which a tier begins. */
  tierPercents: readonly (readonly [code: string, label: string, percent: number, paragraph: string])[] = [
    ["yellow", "Early warning. Notice to the SEC and the examining authority within 24 hours.", 120, "17a-11(b)(3)"],
    ["orange", "No new positions for the firm's own account.", 110, "FINRA 4120"],
    ["red", "Only orders that reduce the requirement or raise net capital.", 105, "FINRA 4120"],
  ];
  requirement = cents(18_400_000);
  /** Pull of all prices in a minute; below zero the market falls. */
  drift = -0.000_26;
  /** Holds `submit` back until it resolves, or makes it fail. */
  gate: () => Promise<void> = async () => {};
  submitted: unknown[] = [];
  readonly listeners = new Set<() => void>();

  readonly #random = noise(20_261_120);
  readonly #holdings: readonly Holding[];
  readonly #history: HistoryPoint[] = [];
  readonly #events: FirmEvent[] = [];
  #seq = 184_112;
  #at: Instant = parseInstant("2026-11-20T14:30:00Z");
  #tier: string | null = null;

  constructor() {
    this.#holdings = NAMES.split(/[|\n]/).map((name, index) => {
      const [symbol = "", ...words] = name.split(" ");
      const price = cents(40 + Math.abs(this.#random()) * 400);
      const dollars = (index % 5 === 3 ? -1 : 1) * (1.2 + Math.abs(this.#random()) * 7) * 1_000_000;
      return {
        symbol,
        description: words.join(" "),
        quantity: Math.round((dollars * 100) / price),
        opening: price,
        price,
      };
    });
    this.#record("info", "Trading day opened", "22 positions, rulebook net-capital 2026-10");
    this.#point();
  }

  /** Moves a few prices and lets `seconds` of the market's time pass. */
  step(seconds = 3): void {
    this.#at = (this.#at + seconds * 1_000_000) as Instant;
    const minutes = seconds / 60;
    for (const holding of this.#holdings) {
      const pull = this.drift * (holding.quantity > 0 ? 1 : -0.3) * minutes;
      const move = pull + this.#random() * 0.001_2 * Math.sqrt(minutes);
      holding.price = toCents(Math.max(100, Math.round(holding.price * (1 + move))));
    }
    this.#seq += 37;
    this.changed();
  }

  /** Tells the listeners, after a change that a test made by hand. */
  changed(): void {
    this.#noteTier();
    this.#point();
    for (const listener of this.listeners) listener();
  }

  status(): Status {
    return {
      firm: this.name,
      state: this.state,
      ...(this.state === "replaying" && { speed: 60 }),
      ...this.#position(),
      durableSeq: this.#seq,
      factsPerSecond: this.state === "replaying" ? 12_640 : 0,
      timeZone: "America/New_York",
      session: { opens: "2026-11-20T14:30:00Z", closes: "2026-11-20T21:00:00Z" },
      ready: this.troubles.length === 0,
      troubles: this.troubles,
    };
  }

  async submit(facts: readonly unknown[]): Promise<{ firstSeq: number; lastSeq: number }> {
    await this.gate();
    const refused = facts.flatMap((fact, index): RefusedFact[] => {
      const kind = Object(fact).kind;
      const refuse = (code: ErrorCode, field: string, value: unknown, expected: string): RefusedFact[] => [
        { index, code, field, value, expected, message: `${field}: ${code}` },
      ];
      if (kind === "cash-moved" && Object(fact).from === "NOBODY")
        return refuse("unknown-account", "from", "NOBODY", "an open account");
      return kind === "nonsense" ? refuse("unknown-kind", "kind", kind, "a kind of fact") : [];
    });
    if (refused.length > 0) throw new FactsRefused(refused);
    this.submitted.push(...facts);
    const firstSeq = this.#seq + 1;
    this.#seq += facts.length;
    this.changed();
    return { firstSeq, lastSeq: this.#seq };
  }

  netCapital(): NetCapitalView {
    if (this.missing.length > 0) return this.#unknown();
    const computation = this.#computation();
    const netCapital = computation.amount;
    const percent = Math.floor((netCapital / this.requirement) * 10_000);
    return {
      answer: "figure",
      ...this.#position(),
      netCapital: formatDollars(netCapital),
      requirement: formatDollars(this.requirement),
      excess: formatDollars(toCents(netCapital - this.requirement)),
      percentOfMinimum: this.requirement === 0 ? null : (percent / 100).toFixed(2),
      tier: this.#tier,
      tiers: this.#tiers(),
      waterfall: this.#waterfall(computation),
      lines: { netCapital: "net-capital", requirement: "requirement", excess: "excess" },
    };
  }

  explain(code = "net-capital"): Explanation | NetCapitalUnknown | undefined {
    if (this.missing.length > 0) return this.#unknown();
    const netCapital = this.#computation();
    const requirement = line("requirement", "Minimum requirement", "15c3-1(a)(1)(ii)", this.requirement, {
      "aggregate debit items": toCents(this.requirement * 50),
      rate: "2%",
    });
    const excess = toCents(netCapital.amount - this.requirement);
    const root = line("excess", "Excess net capital", "15c3-1(a)", excess, {}, [netCapital, requirement]);
    const found = findLine(root, code);
    return found && { answer: "figure", ...this.#position(), line: lineToJson(found) };
  }

  movers(count: number): readonly Mover[] {
    const movers = this.#holdings.map((holding): [Cents, Mover] => {
      const { symbol, description, quantity, price, opening } = holding;
      const haircut = this.#haircut(holding);
      const effect = toCents(
        quantity * (price - opening) - (haircut - Math.round(Math.abs(quantity) * opening * 0.15)),
      );
      return [
        effect,
        {
          instrument: `US-${symbol}`,
          symbol,
          description,
          side: quantity > 0 ? "long" : "short",
          quantity: String(quantity),
          marketValue: formatDollars(toCents(quantity * price)),
          price: formatDollars(price),
          priceChange: formatDollars(toCents(price - opening)),
          priceChangePercent: ((price / opening - 1) * 100).toFixed(2),
          haircut: formatDollars(haircut),
          effect: formatDollars(effect),
          line: `haircuts/equities/${symbol}`,
        },
      ];
    });
    return movers
      .sort(([a], [b]) => Math.abs(b) - Math.abs(a))
      .slice(0, count)
      .map(([, mover]) => mover);
  }

  history(): readonly HistoryPoint[] {
    return this.#history;
  }

  events(count: number): readonly FirmEvent[] {
    return this.#events.slice(0, count);
  }

  stockRecord(instrument: string, basis: Basis): StockRecord | undefined {
    const held = this.#holdings.find(({ symbol }) => `US-${symbol}` === instrument);
    if (held === undefined) return undefined;
    const quantity = String(held.quantity);
    const entries = [
      { account: "FIRM-TRADING", type: "firm-inventory", title: "Trading account", quantity },
      { account: "DTC-FREE", type: "depository-free", quantity: String(-held.quantity) },
    ];
    return {
      instrument,
      basis,
      ...this.#position(),
      entries,
      claims: quantity,
      places: String(-held.quantity),
      difference: "0",
    };
  }

  account(name: string): AccountStatement | undefined {
    if (name !== "FIRM-TRADING") return undefined;
    const lots = [{ quantity: "100", cost: "19000.00", opened: "2026-11-16" }];
    const position = { instrument: "US-AAPL", quantity: "100", settledQuantity: "0", cost: "19000.00", lots };
    return {
      ...this.#position(),
      account: name,
      type: "firm-inventory",
      cash: [{ currency: "USD", balance: "-19000.00", settled: "0.00" }],
      positions: [{ ...position, value: null, unrealised: null }],
      realised: "0.00",
    };
  }

  trialBalance(basis: Basis): TrialBalance {
    const entries = [
      { account: "BANK-1", type: "bank", title: "Operating account", debit: "9000000.00", credit: "0.00" },
      { account: "EQUITY", type: "general-ledger", debit: "0.00", credit: "9000000.00" },
    ];
    return { basis, currency: "USD", ...this.#position(), entries, debits: "9000000.00", credits: "9000000.00" };
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  #position(): { seq: number; at: string } {
    return { seq: this.#seq, at: formatInstant(this.#at) };
  }

  #unknown(): NetCapitalUnknown {
    return { answer: "unknown", ...this.#position(), troubles: this.missing };
  }

  #haircut({ quantity, price }: Holding): Cents {
    return toCents(Math.round(Math.abs(quantity) * price * 0.15));
  }

  #figure(): Cents {
    return this.#computation().amount;
  }

  #computation(): Line {
    const securities = sum(this.#holdings.map(({ quantity, price }) => toCents(quantity * price)));
    const equity = total("equity", "Ownership equity", "15c3-1(c)(2)(i)", [
      line("equity/contributed", "Contributed capital and retained earnings", "15c3-1(c)(2)(i)", cents(-31_000_000)),
      line("equity/securities", "Securities owned, at market", "15c3-1(c)(2)(i)(A)", securities, {
        positions: `${this.#holdings.length}`,
      }),
    ]);
    const additions = total("additions", "Subordinated liabilities", "15c3-1(c)(2)(ii)", [
      line("additions/loan-1", "Subordinated loan, due 2029-03-31", "15c3-1d", cents(8_000_000)),
    ]);
    const nonAllowable = total("non-allowable", "Non-allowable assets", "15c3-1(c)(2)(iv)", [
      line(
        "non-allowable/fixed",
        "Fixed assets and leasehold improvements",
        "15c3-1(c)(2)(iv)(A)",
        cents(2_140_612.18),
      ),
      line("non-allowable/prepaid", "Prepaid expenses", "15c3-1(c)(2)(iv)(A)", cents(618_300)),
      line("non-allowable/receivables", "Unsecured receivables over 30 days", "15c3-1(c)(2)(iv)(C)", cents(402_911.4)),
    ]);
    const charges = total("charges", "Operational charges", "15c3-1(c)(2)(iv)", [
      line("charges/fails", "Aged fails to deliver", "15c3-1(c)(2)(ix)", cents(214_050.25), {
        fails: "3",
        "older than": "5 business days",
      }),
    ]);
    const haircuts = total("haircuts", "Haircuts on securities", "15c3-1(c)(2)(vi)", [
      total("haircuts/governments", "Government securities", "15c3-1(c)(2)(vi)(A)", [
        line("haircuts/governments/2y", "2 years to less than 3 years", "15c3-1(c)(2)(vi)(A)(1)", cents(311_250), {
          "market value": cents(20_750_000),
          rate: "1.5%",
        }),
      ]),
      total(
        "haircuts/equities",
        "Equities",
        EQUITIES,
        this.#holdings.map((holding) =>
          line(`haircuts/equities/${holding.symbol}`, holding.description, EQUITIES, this.#haircut(holding), {
            quantity: String(holding.quantity),
            price: holding.price,
            marketValue: toCents(holding.quantity * holding.price),
            rate: "15%",
          }),
        ),
      ),
    ]);
    const amount = toCents(equity.amount + additions.amount - nonAllowable.amount - charges.amount - haircuts.amount);
    return line("net-capital", "Net capital", "15c3-1(c)(2)", amount, {}, [
      equity,
      additions,
      nonAllowable,
      charges,
      haircuts,
    ]);
  }

  #waterfall({ amount, children }: Line): WaterfallStep[] {
    const step =
      (effect: WaterfallStep["effect"]) =>
      ({ code, label, paragraph, amount }: Line): WaterfallStep => ({
        code,
        label,
        paragraph,
        effect,
        amount: formatDollars(amount),
      });
    const before = toCents(amount + sum(children.slice(4).map((child) => child.amount)));
    return [
      ...children.slice(0, 1).map(step("starts")),
      ...children.slice(1, 2).map(step("adds")),
      ...children.slice(2, 4).map(step("deducts")),
      step("subtotal")(line("net-capital", "Net capital before haircuts", "15c3-1(c)(15)", before)),
      ...children.slice(4).map(step("deducts")),
      step("total")(line("net-capital", "Net capital", "15c3-1(c)(2)", amount)),
    ];
  }

  #tiers(): Tier[] {
    return this.tierPercents.map(([code, label, percent, paragraph]) => ({
      code,
      label,
      paragraph,
      percent: String(percent),
      amount: formatDollars(toCents(Math.round((this.requirement * percent) / 100))),
    }));
  }

  #noteTier(): void {
    const percent = (this.#figure() / this.requirement) * 100;
    const tier = this.tierPercents.findLast(([, , level]) => percent < level);
    const code = tier?.[0] ?? null;
    if (code === this.#tier) return;
    const levels = this.tierPercents.map(([name]) => name);
    const worse = (code === null ? -1 : levels.indexOf(code)) > (this.#tier === null ? -1 : levels.indexOf(this.#tier));
    this.#tier = code;
    const detail = `Net capital ${percent.toFixed(2)}% of the minimum`;
    if (worse && tier !== undefined)
      this.#record(
        code === "red" ? "critical" : "warning",
        `Fell below ${tier[2]}% of the minimum (${tier[0]})`,
        detail,
        tier[3],
      );
    else this.#record("good", `Rose to ${tier?.[0] ?? "above every tier"}`, detail);
  }

  #record(severity: FirmEvent["severity"], title: string, detail: string, paragraph?: string): void {
    const id = this.#events.length + 1;
    this.#events.unshift({
      id,
      ...this.#position(),
      severity,
      title,
      detail,
      ...(paragraph && { paragraph, line: "net-capital" }),
    });
  }

  #point(): void {
    const view = this.netCapital();
    const known = view.answer === "figure";
    this.#history.push({
      ...this.#position(),
      netCapital: known ? view.netCapital : null,
      requirement: known ? view.requirement : null,
    });
  }
}
