/**
 * Random postings of every kind, held against the model of maps and big integers after each one: every asset sums to zero
 * on both bases, balances and lots are the model's, costs and profits are exact; a refused fact leaves no trace, and
 * restored books behave the same.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SectionReader } from "../../src/base/state.ts";
import { type Day, formatDay } from "../../src/base/time.ts";
import { Books } from "../../src/books/books.ts";
import { Postings } from "../../src/books/postings.ts";
import { formatDecimal } from "../../src/base/decimal.ts";
import { House, type Unstamped } from "./house.ts";
import { Model, type ModelRelief } from "./model.ts";

const HOLDERS = {
  alice: "fifo",
  bob: "lifo",
  carol: "hifo",
  dave: "average",
  erin: "specific",
  inventory: "fifo",
} as const;
const FIRST_DAY = 20_773;
const SECURITIES = ["XYZ", "FRAC"];
const PRICE = 37.25;

type Holder = keyof typeof HOLDERS;
const holders = Object.keys(HOLDERS) as Holder[];
const isHolder = (account: string): account is Holder => account in HOLDERS;

const holder = fc.constantFrom(...holders);
const security = fc.constantFrom(...SECURITIES);
/** Mostly everyday sizes, now and then one near the limits. */
const quantity = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 50, max: 2 ** 53 - 1 }) },
);
const cents = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 5_000_00 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 51, max: 2 ** 53 - 1 }) },
);

const trade = fc.record({
  step: fc.constant("trade" as const),
  account: holder,
  instrument: security,
  contra: fc.constantFrom("clearing", "fail-to-receive"),
  side: fc.constantFrom("buy" as const, "sell" as const, "sell-short" as const),
  quantity,
  /** In hundredths: an exact number of cents for whole shares. */
  price: fc.integer({ min: 1, max: 20_000 }),
  commission: cents,
  fees: fc.integer({ min: 0, max: 300 }),
  accrued: fc.integer({ min: 0, max: 50 }),
  charged: fc.boolean(),
  settleIn: fc.integer({ min: 0, max: 3 }),
  lotBack: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 4 }),
});
const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: trade },
    { weight: 2, arbitrary: fc.record({ step: fc.constant("bust" as const), back: fc.nat(10) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        step: fc.constant("cash" as const),
        from: fc.constantFrom("bank", ...holders),
        to: fc.constantFrom("capital", ...holders),
        amount: cents,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        step: fc.constant("move" as const),
        from: fc.constantFrom("depository", ...holders),
        to: fc.constantFrom("segregated", ...holders),
        instrument: security,
        quantity,
        cost: fc.option(cents),
        acquiredBack: fc.option(fc.nat(40)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        step: fc.constant("loan" as const),
        kind: fc.constantFrom(
          "stock-borrowed" as const,
          "stock-borrow-returned" as const,
          "stock-loaned" as const,
          "stock-loan-returned" as const,
        ),
        instrument: security,
        quantity,
        cash: cents,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        step: fc.constant("settle" as const),
        direction: fc.constantFrom("received" as const, "delivered" as const),
        instrument: security,
        quantity,
        amount: cents,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        step: fc.constant("stated" as const),
        side: fc.constantFrom("debit" as const, "credit" as const),
        amount: cents,
      }),
    },
    { weight: 3, arbitrary: fc.record({ step: fc.constant("day" as const), ahead: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant("restore" as const) }) },
  ),
  { minLength: 20, maxLength: 120, size: "max" },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;
type TradeStep = Extract<Step, { step: "trade" }>;

const dollars = (amount: number) => formatDecimal(amount, 2);
const dayText = (day: number) => formatDay(day as Day);
const scaleOf = (instrument: string) => (instrument === "FRAC" ? 6 : 0);

/** Rounds units × hundredths ÷ 10^scale to cents, half to even. */
function principalOf(instrument: string, units: number, hundredths: number): bigint {
  const divisor = 10n ** BigInt(scaleOf(instrument));
  const product = BigInt(units) * BigInt(hundredths);
  const twice = (product % divisor) * 2n;
  return product / divisor + (twice > divisor || (twice === divisor && (product / divisor) % 2n === 1n) ? 1n : 0n);
}

/** The books and the model side by side. */
class Walk {
  house = new House();
  readonly model = new Model();
  readonly trades: { fact: TradeStep; tradeDay: number }[] = [];
  day = FIRST_DAY;
  accepted = 0;
  refused = 0;

  constructor() {
    for (const instrument of SECURITIES) this.house.mark(instrument, PRICE);
  }

  /** Posts the fact; the model follows only where the books took it. */
  attempt(fact: Unstamped, follow: () => void): boolean {
    const stamped = { at: "2026-11-16T15:00:00Z", ...fact } as Parameters<Postings["check"]>[0] &
      Parameters<Postings["post"]>[0];
    const before = this.house.hash();
    const trouble = this.house.postings.check(stamped);
    assert.equal(this.house.hash(), before, "checking changes nothing");
    if (trouble !== undefined) {
      this.refused++;
      assert.throws(() => this.house.postings.post(stamped), { code: trouble.code });
      assert.equal(this.house.hash(), before, "a refused fact changes nothing");
      return false;
    }
    this.accepted++;
    this.house.postings.post(stamped);
    follow();
    return true;
  }

  take(step: Step): void {
    switch (step.step) {
      case "trade":
        this.#trade(step, this.day, false);
        break;
      case "bust": {
        const earlier = this.trades.at(-1 - step.back);
        if (earlier !== undefined) this.#trade(earlier.fact, earlier.tradeDay, true);
        break;
      }
      case "cash":
        this.attempt(
          {
            kind: "cash-moved",
            from: step.from,
            to: step.to,
            currency: "USD",
            amount: dollars(step.amount),
            reason: "transfer",
          },
          () => this.model.move("USD", step.from, step.to, BigInt(step.amount)),
        );
        break;
      case "move":
        this.#move(step);
        break;
      case "loan":
        this.#loan(step);
        break;
      case "settle": {
        const sign = step.direction === "received" ? 1n : -1n;
        this.attempt(
          {
            kind: "settlement-reported",
            contra: "clearing",
            place: "depository",
            cashPlace: "bank",
            direction: step.direction,
            instrument: step.instrument,
            quantity: formatDecimal(step.quantity, scaleOf(step.instrument)),
            currency: "USD",
            amount: dollars(step.amount),
          },
          () => {
            this.model.move(step.instrument, "depository", "clearing", sign * BigInt(step.quantity));
            this.model.move("USD", "clearing", "bank", sign * BigInt(step.amount));
          },
        );
        break;
      }
      case "stated":
        this.attempt(
          {
            kind: "general-ledger-balance",
            account: "rent",
            currency: "USD",
            side: step.side,
            amount: dollars(step.amount),
            contra: "bank",
          },
          () => {
            const stated = step.side === "credit" ? BigInt(step.amount) : -BigInt(step.amount);
            this.model.move("USD", "bank", "rent", stated - this.model.balance("rent", "USD"));
          },
        );
        break;
      case "day":
        this.day += step.ahead;
        this.attempt({ kind: "business-day-opened", day: dayText(this.day) }, () => this.model.open(this.day));
        break;
      case "restore":
        this.#restore();
        break;
    }
  }

  #trade(step: TradeStep, tradeDay: number, bust: boolean): void {
    const { account, instrument, contra, side, quantity: units, price, accrued, settleIn, lotBack } = step;
    const [commission, fees] = step.charged ? [step.commission, step.fees] : [0, 0];
    const terms = {
      account,
      instrument,
      contra,
      side,
      quantity: formatDecimal(units, scaleOf(instrument)),
      price: dollars(price),
      tradeDay: dayText(tradeDay),
      settleDay: dayText(tradeDay + settleIn),
      commission: dollars(commission),
      fees: dollars(fees),
      accrued: dollars(accrued),
      execution: "e",
    };
    const lot = lotBack === null || bust ? undefined : tradeDay - lotBack;
    const fact: Unstamped = bust
      ? { kind: "trade-busted", ...terms }
      : { kind: "trade-executed", ...terms, ...(lot !== undefined && { lot: dayText(lot) }) };
    this.attempt(fact, () => {
      const direction = bust ? -1n : 1n;
      const sign = side === "buy" ? direction : -direction;
      const principal = principalOf(instrument, units, price);
      const settles = tradeDay + settleIn;
      this.model.move(instrument, contra, account, sign * BigInt(units), settles);
      this.model.move("USD", account, contra, sign * (principal + BigInt(accrued)), settles);
      this.model.move("USD", account, "commission-revenue", direction * BigInt(commission), settles);
      this.model.move("USD", account, "fees-payable", direction * BigInt(fees), settles);
      const cost = sign * principal + direction * BigInt(commission + fees);
      const relief: ModelRelief = bust
        ? { undo: tradeDay, cost: 0n }
        : lot !== undefined
          ? { day: lot }
          : this.#relief(account);
      this.model.trade(account, instrument, sign * BigInt(units), cost, tradeDay, relief);
      if (!bust) this.trades.push({ fact: step, tradeDay });
    });
  }

  #relief(account: Holder): ModelRelief {
    const method = HOLDERS[account];
    return method === "specific" ? "fifo" : method;
  }

  #move({ from, to, instrument, quantity: units, cost, acquiredBack }: Extract<Step, { step: "move" }>): void {
    const acquired = acquiredBack === null ? undefined : this.day - acquiredBack;
    const fact: Unstamped = {
      kind: "securities-moved",
      from,
      to,
      instrument,
      quantity: formatDecimal(units, scaleOf(instrument)),
      reason: "transfer",
      ...(cost !== null && { cost: dollars(cost) }),
      ...(acquired !== undefined && { acquired: dayText(acquired) }),
    };
    this.attempt(fact, () => {
      const { model } = this;
      const day = acquired ?? (model.openedDay === -1 ? FIRST_DAY : model.openedDay);
      const held = isHolder(from) ? model.lotsOf(from, instrument).reduce((sum, lot) => sum + lot.quantity, 0n) : 0n;
      const backed = held > BigInt(units) ? BigInt(units) : held > 0n ? held : 0n;
      const bare = BigInt(units) - backed;
      const bareCost =
        cost === null ? principalOf(instrument, Number(bare), PRICE * 100) : principalShare(cost, bare, BigInt(units));
      let pieces = isHolder(from) && backed > 0n ? model.withdraw(from, instrument, backed, this.#relief(from)) : [];
      if (isHolder(from) && bare > 0n) model.trade(from, instrument, -bare, -bareCost, day, this.#relief(from));
      if (cost !== null) pieces = [{ quantity: BigInt(units), cost: BigInt(cost), day }];
      else if (bare > 0n) pieces = [...pieces, { quantity: bare, cost: bareCost, day }];
      if (isHolder(to))
        for (const piece of pieces)
          model.trade(to, instrument, piece.quantity, piece.cost, acquired ?? piece.day, this.#relief(to));
      model.move(instrument, from, to, BigInt(units));
    });
  }

  #loan({ kind, instrument, quantity: units, cash }: Extract<Step, { step: "loan" }>): void {
    const common = {
      place: "depository",
      cashPlace: "bank",
      instrument,
      quantity: formatDecimal(units, scaleOf(instrument)),
      currency: "USD",
      cash: dollars(cash),
    };
    const borrow = kind === "stock-borrowed" || kind === "stock-borrow-returned";
    const fact = borrow ? { kind, lender: "lender", ...common } : { kind, borrower: "borrower", ...common };
    this.attempt(fact, () => {
      const party = borrow ? "lender" : "borrower";
      const arrives = kind === "stock-borrowed" || kind === "stock-loan-returned" ? 1n : -1n;
      this.model.move(instrument, "depository", party, arrives * BigInt(units));
      this.model.move("USD", party, "bank", arrives * BigInt(cash));
    });
  }

  #restore(): void {
    const copy = new House();
    Object.assign(copy, { books: new Books() });
    copy.books.restore(
      new SectionReader(this.house.books.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }))),
    );
    Object.assign(copy, { postings: new Postings(copy.books) });
    assert.equal(copy.hash(), this.house.hash());
    this.house = copy;
  }

  compare(): void {
    const { ledger, lots, names, accounts, instruments } = this.house.books;
    assert.deepEqual(ledger.verifyConservation(), []);
    assert.deepEqual(lots.verify(), []);
    const seen = new Set<string>();
    for (let row = 0; row < ledger.size; row++) {
      const account = names.text(accounts.nameId(ledger.rows.columns.account[row]));
      const asset = names.text(instruments.nameId(ledger.rows.columns.asset[row]));
      seen.add(`${account} ${asset}`);
      assert.equal(
        BigInt(ledger.balanceOf(row, "trade-date")),
        this.model.balance(account, asset),
        `${account} ${asset}`,
      );
      assert.equal(
        BigInt(ledger.balanceOf(row, "settlement")),
        this.model.settled(account, asset),
        `${account} ${asset} settled`,
      );
      if (!isHolder(account) || asset === "USD") continue;
      const list = lots
        .list(row)
        .map((lot) => ({ quantity: BigInt(lot.quantity), cost: BigInt(lot.cost), day: lot.opened as number }));
      assert.deepEqual(list, this.model.lotsOf(account, asset), `lots of ${account} ${asset}`);
      assert.equal(
        BigInt(ledger.rows.columns.cost[row]),
        list.reduce((sum, lot) => sum + lot.cost, 0n),
      );
      assert.equal(
        BigInt(ledger.rows.columns.quantity[row]),
        list.reduce((sum, lot) => sum + lot.quantity, 0n),
      );
    }
    for (const [key, units] of this.model.balances) assert.ok(units === 0n || seen.has(key), key);
    for (const account of holders) {
      const profit = BigInt(lots.realised(this.house.account(account)));
      assert.equal(profit, this.model.realised.get(account) ?? 0n, `profit of ${account}`);
      const held = SECURITIES.flatMap((asset) => this.model.lotsOf(account, asset)).reduce(
        (sum, lot) => sum + lot.cost,
        0n,
      );
      assert.equal(profit, held - (this.model.paid.get(account) ?? 0n), `profit of ${account} = cost held − net paid`);
    }
  }
}

function principalShare(cost: number, part: bigint, whole: bigint): bigint {
  const product = BigInt(cost) * part;
  const twice = (product % whole) * 2n;
  return product / whole + (twice > whole || (twice === whole && (product / whole) % 2n === 1n) ? 1n : 0n);
}

test("random postings agree with the model after every step", () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(steps, (list) => {
      const walk = new Walk();
      for (const step of list) {
        walk.take(step);
        walk.compare();
      }
      accepted += walk.accepted;
      refused += walk.refused;
    }),
    { seed: 20261116, numRuns: 60 },
  );
  assert.ok(accepted > 2000 && refused > 200, `a walk that takes and refuses: ${accepted} and ${refused}`);
  assert.ok(accepted > refused, `mostly taken: ${accepted} and ${refused}`);
});
