/**
 * The customers of the margin cascade. Each says at which price of the stock it is to have its first call; what it owes follows
 * from that: equity is exactly the requirement there.
 *
 *     owed = (1 − rate) × (shares × price + what else it holds)
 */
import type { UnstampedFact } from "../../facts/kinds.ts";
import { moveIn, payIn } from "./drill-firm.ts";

/** What holds still beside the falling stock, and at what price, in dollars. */
export const OTHERS = { FERN: 60, MOSS: 110, REED: 35, SEDGE: 84 } as const;

/** Of 4210(c)(1), and of the valuation points of a stock in portfolio margin. */
const REQUIRED = { "customer-margin": 0.25, "customer-portfolio-margin": 0.15 } as const;

interface Customer {
  readonly account: string;
  readonly title: string;
  readonly type?: keyof typeof REQUIRED;
  readonly shares?: number;
  /** Dollars in each of the other stocks. */
  readonly inEach?: number;
  /** The price of the stock under which its equity is less than required. */
  readonly callUnder?: number;
  /** Cash, where it owes nothing. */
  readonly cash?: number;
  /** Contracts by option, negative where written. */
  readonly options?: Readonly<Record<string, number>>;
}

/** Those that the story is about. */
const NAMED: readonly Customer[] = [
  { account: "alder", title: "Sends the money in time", shares: 6000, callUnder: 170 },
  { account: "beech", title: "Announces money that comes late", shares: 5000, callUnder: 171 },
  { account: "cedar", title: "Is given more time", shares: 4000, callUnder: 171.4 },
  { account: "dogwood", title: "Is saved by the market, for a day", shares: 7000, callUnder: 165.5 },
  { account: "elder", title: "Does not answer", shares: 20_000, callUnder: 172 },
  { account: "fir", title: "Sells before the firm does", shares: 8000, callUnder: 171.8 },
  {
    account: "gorse",
    title: "Portfolio margin: ends owing more than it has",
    type: "customer-portfolio-margin",
    shares: 20_000,
    callUnder: 175,
  },
  { account: "hazel", title: "Sells short at the low", type: "customer-portfolio-margin", cash: 330_000 },
  { account: "ivy", title: "Has written covered calls", shares: 5000, callUnder: 150, options: { call: -50 } },
  { account: "juniper", title: "Has written puts", cash: 230_000, options: { put: -50 } },
  { account: "larch", title: "Diversified", shares: 1000, inEach: 150_000, callUnder: 117 },
  { account: "maple", title: "Half in the stock", shares: 3000, inEach: 75_000, callUnder: 150 },
];

/** And eighteen more, from careful to bold. */
function others(): Customer[] {
  return Array.from({ length: 18 }, (_, index) => ({
    account: `c${String(index + 1).padStart(2, "0")}`,
    title: `Customer ${index + 1}`,
    shares: 500 + ((index * 700) % 4500),
    callUnder: 60 + index * 5,
    ...(index % 3 === 2 && { inEach: 20_000 }),
  }));
}

function* openingOf(customer: Customer, stock: string, optionNames: Readonly<Record<string, string>>) {
  const {
    account,
    title,
    type = "customer-margin",
    shares = 0,
    inEach = 0,
    callUnder,
    cash = 0,
    options = {},
  } = customer;
  yield { kind: "account-opened", account, type, title } satisfies UnstampedFact;
  const writesUncovered = Object.keys(options).length > 0;
  if (writesUncovered || type === "customer-portfolio-margin")
    yield {
      kind: "margin-terms-stated",
      account,
      uncoveredOptions: true,
      monitoring: "real-time",
    } satisfies UnstampedFact;
  if (shares > 0) yield* moveIn(account, stock, shares, 0);
  let elsewhere = 0;
  for (const [instrument, price] of Object.entries(OTHERS)) {
    const held = Math.floor(inEach / price);
    if (held > 0) yield* moveIn(account, instrument, held, 0);
    elsewhere += held * price;
  }
  for (const [option, contracts] of Object.entries(options)) yield* moveIn(account, optionNames[option], contracts, 0);
  if (callUnder !== undefined) yield* payIn(account, "bank", (1 - REQUIRED[type]) * (shares * callUnder + elsewhere));
  if (cash > 0) yield* payIn("bank", account, cash);
}

/** The accounts with what they hold and owe when the drill begins. */
export function* cascadeCustomers(stock: string, options: Readonly<Record<string, string>>): Generator<UnstampedFact> {
  for (const customer of [...NAMED, ...others()]) yield* openingOf(customer, stock, options);
}
