/**
 * The flash crash: a desk holds a large concentrated position in one stock, which falls by a quarter in three minutes. The
 * firm and the stock are invented; the shape of the fall is that of 6 May 2010, 14:42 to 14:45 New York time, for one name.
 *
 * The desk asks what each of its hedges would do, and sells; the stock finds a bottom and comes back in part; two officers
 * release what the gravest tier had halted.
 */
import { formatDecimal } from "../../base/decimal.ts";
import { type Day, formatDay, type Instant, parseDay } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { UnstampedFact } from "../../facts/kinds.ts";
import { Random } from "../random.ts";
import { type Act, type Cue, type Drill, type DrillRulebook, stamped, TimedFacts, wallTime } from "./drill.ts";
import { drillAccounts, moveIn, payIn } from "./drill-firm.ts";

const DAY_BEFORE = "2026-05-05";
const DAY = "2026-05-06";
const OPENS = "14:36:00";
const CLOSES = "15:04:00";
const STOCK = "HLYD";
const FUND = "MKTF";
const DESK = "concentrated-desk";
const PUT = "HLYD 260515P00045000";
const SECOND = 1_000_000;
const CENT = 1_000_000;

/** Real prices of the story, by wall time: the stock goes in a straight line between them, with a little noise. */
const PATH: readonly (readonly [time: string, dollars: number])[] = [
  ["14:36:00", 50],
  ["14:42:00", 49.8],
  ["14:43:00", 46.2],
  ["14:44:00", 41.4],
  ["14:45:00", 37.5],
  ["14:45:05", 37.5],
  ["14:46:00", 40.6],
  ["14:48:00", 43.9],
  ["14:52:00", 45.7],
  ["15:00:00", 46.4],
  ["15:04:00", 46.6],
];
/** The fund of the whole market falls with it, by much less. */
const FUND_PATH: typeof PATH = [
  ["14:36:00", 400],
  ["14:42:00", 398.8],
  ["14:45:00", 381],
  ["14:48:00", 391],
  ["15:04:00", 394],
];

/** What the desk does once it has asked: sells in slices while the stock falls. */
const SALES = { from: "14:44:10", every: 4, slices: 12, shares: 33_000 } as const;

const POSITION = { shares: 1_300_000, cost: 47.2 } as const;
const DIVERSIFIED = { stocks: 36, longDollars: 21_000_000, shortDollars: 5_000_000 } as const;
const TREASURIES_DOLLARS = 30_000_000;
const CUSTOMERS = { accounts: 400, debitDollars: 625_000, shares: 20_000 } as const;
const PAID_IN_DOLLARS = 29_200_000;
const SUBORDINATED_DOLLARS = 5_000_000;
const FIXED_ASSETS_DOLLARS = 1_100_000;

/** `rulebook` is the net-capital rulebook of the drill's day. */
export function flashCrash(rulebook: DrillRulebook): Drill {
  const day = parseDay(DAY);
  return {
    name: "flash-crash",
    title: "Flash crash in a concentrated position",
    story:
      "A desk is long 1.3 million shares of one stock, more than half of what the firm holds in stocks. At 14:42 the stock starts to fall; in three minutes it has lost a quarter. Net capital goes with it, through every tier. The desk asks what each hedge would do, sells while it still may, and the firm comes back with the stock.",
    firm: "Halyard Row Securities LLC (drill)",
    instrument: STOCK,
    speed: 10,
    session: { opens: wallTime(day, OPENS), closes: wallTime(day, CLOSES) },
    opening: [
      ...stamped(wallTime(parseDay(DAY_BEFORE), "18:00:00"), [...opening(rulebook)]),
      ...stamped(wallTime(day, "08:00:00"), [
        { kind: "business-day-opened", day: DAY },
        { kind: "market-phase", phase: "pre-open" },
      ]),
    ],
    script: new TimedFacts([...script(day)]),
    cues: cues(day),
  };
}

function stockName(index: number): string {
  return `DRL${String(index + 1).padStart(2, "0")}`;
}

/** The last close of one of the diversified stocks, in dollars. */
function stockClose(index: number): number {
  return 12 + ((index * 37) % 170);
}

function* instruments(): Generator<UnstampedFact> {
  const listed = { kind: "instrument-listed", currency: "USD" } as const;
  yield { ...listed, instrument: "USD", type: "currency", description: "U.S. dollar" };
  yield {
    ...listed,
    instrument: STOCK,
    type: "equity",
    symbol: STOCK,
    listing: "XNYS",
    description: "Halyard Dynamics",
  };
  yield {
    ...listed,
    instrument: FUND,
    type: "etf",
    symbol: FUND,
    listing: "ARCX",
    description: "A fund of the market",
  };
  yield {
    ...listed,
    instrument: PUT,
    type: "option",
    underlying: STOCK,
    right: "put",
    strike: "45",
    maturity: "2026-05-15",
    listing: "XCBO",
    style: "american",
  };
  yield { ...listed, instrument: "UST-2027", type: "treasury", maturity: "2027-11-15", description: "Treasury note" };
  for (let index = 0; index < DIVERSIFIED.stocks; index++)
    yield { ...listed, instrument: stockName(index), type: "equity", symbol: stockName(index), listing: "XNYS" };
}

function* marks(): Generator<UnstampedFact> {
  const close = (instrument: string, dollars: number): UnstampedFact => ({
    kind: "mark",
    instrument,
    price: String(dollars),
    basis: "close",
  });
  yield close(STOCK, 50);
  yield close(FUND, 400);
  yield close(PUT, 0.85);
  yield close("UST-2027", 100);
  for (let index = 0; index < DIVERSIFIED.stocks; index++) yield close(stockName(index), stockClose(index));
}

function* inventory(): Generator<UnstampedFact> {
  yield* moveIn(DESK, STOCK, POSITION.shares, POSITION.shares * POSITION.cost);
  yield* moveIn("treasury-desk", "UST-2027", TREASURIES_DOLLARS, TREASURIES_DOLLARS);
  for (let index = 0; index < DIVERSIFIED.stocks; index++) {
    const isLong = index % 4 !== 3;
    const stocks = isLong ? (DIVERSIFIED.stocks * 3) / 4 : DIVERSIFIED.stocks / 4;
    const dollars = (isLong ? DIVERSIFIED.longDollars : DIVERSIFIED.shortDollars) / stocks;
    const shares = Math.floor(dollars / stockClose(index));
    yield* moveIn("market-making", stockName(index), isLong ? shares : -shares, shares * stockClose(index));
  }
}

function* customers(): Generator<UnstampedFact> {
  for (let number = 0; number < CUSTOMERS.accounts; number++) {
    const account = `C${1001 + number}`;
    yield { kind: "account-opened", account, type: "customer-margin", title: `Customer ${1001 + number}` };
    yield* moveIn(account, stockName(number % DIVERSIFIED.stocks), CUSTOMERS.shares, 0);
    yield* payIn(account, "bank", CUSTOMERS.debitDollars);
  }
}

function* opening(rulebook: DrillRulebook): Generator<UnstampedFact> {
  yield { kind: "business-day-opened", day: DAY_BEFORE };
  yield* instruments();
  yield* drillAccounts({
    [DESK]: { type: "firm-inventory", title: "Concentrated desk" },
    "market-making": { type: "firm-inventory", title: "Market making" },
    "treasury-desk": { type: "firm-inventory", title: "Treasury desk" },
  });
  yield* marks();
  yield* payIn("bank", "paid-in-capital", PAID_IN_DOLLARS);
  yield* payIn("bank", "subordinated-loan", SUBORDINATED_DOLLARS);
  yield* payIn("fixed-assets", "bank", FIXED_ASSETS_DOLLARS);
  yield* inventory();
  yield* customers();
  yield { kind: "rulebook-activated", ...rulebook };
}

/** The price on a path at an instant, in units of 10^-8, in a straight line between its points. */
function priceOn(path: typeof PATH, day: Day, at: Instant): number {
  const points = path.map(([time, dollars]) => [wallTime(day, time), dollars] as const);
  const next = points.findIndex(([instant]) => instant >= at);
  const [toAt, to] = points[next === -1 ? points.length - 1 : next];
  const [fromAt, from] = points[Math.max(0, (next === -1 ? points.length : next) - 1)];
  const share = toAt === fromAt ? 1 : Math.min(1, (at - fromAt) / (toAt - fromAt));
  return Math.round((from + (to - from) * share) * 100) * CENT;
}

type Timed = readonly [Instant, UnstampedFact];

function* quotes(
  day: Day,
  instrument: string,
  path: typeof PATH,
  { everyMillis, noiseCents }: { readonly everyMillis: number; readonly noiseCents: number },
): Generator<Timed> {
  const random = new Random(7, instrument);
  const start = wallTime(day, OPENS);
  const end = wallTime(day, CLOSES);
  for (let at: number = start; at < end; at += everyMillis * 1000) {
    const price = priceOn(path, day, at as Instant) + (random.below(2 * noiseCents + 1) - noiseCents) * CENT;
    yield [
      at as Instant,
      {
        kind: "quote",
        instrument,
        bid: formatDecimal(price - CENT, PRICE_SCALE),
        ask: formatDecimal(price + CENT, PRICE_SCALE),
        bidSize: String(100 + random.below(20) * 100),
        askSize: String(100 + random.below(20) * 100),
      },
    ];
  }
}

/** The desk's sales, each at what the stock stands at. */
function* sales(day: Day): Generator<Timed> {
  const start = wallTime(day, SALES.from);
  for (let slice = 0; slice < SALES.slices; slice++) {
    const at = (start + slice * SALES.every * SECOND) as Instant;
    yield [
      at,
      {
        kind: "trade-executed",
        account: DESK,
        instrument: STOCK,
        contra: "nscc",
        side: "sell",
        quantity: String(SALES.shares),
        price: formatDecimal(priceOn(PATH, day, at) - 2 * CENT, PRICE_SCALE),
        tradeDay: DAY,
        capacity: "principal",
        execution: `${formatDay(day)}-${slice + 1}`,
      },
    ];
  }
}

function* clock(day: Day): Generator<Timed> {
  const start = wallTime(day, OPENS);
  for (let minute = 0; minute <= 28; minute++)
    yield [(start + minute * 60 * SECOND) as Instant, { kind: "time-passed" }];
}

function* script(day: Day): Generator<Timed> {
  yield* quotes(day, STOCK, PATH, { everyMillis: 100, noiseCents: 3 });
  yield* quotes(day, FUND, FUND_PATH, { everyMillis: 1000, noiseCents: 5 });
  for (let index = 0; index < DIVERSIFIED.stocks; index++) {
    const close = stockClose(index);
    const path: typeof PATH = FUND_PATH.map(([time, dollars]) => [time, (close * dollars) / 400]);
    yield* quotes(day, stockName(index), path, { everyMillis: 5000, noiseCents: 1 });
  }
  yield* sales(day);
  yield* clock(day);
}

/** Two officers release what the gravest tier halted. */
function releaseHalts(by: string, secondApproval: string): Act {
  const reason = "the position is reduced and the market has recovered";
  return ({ watch }) =>
    watch.tiers.restrictions
      .inForce()
      .filter(({ action }) => action.kind === "halt-capital-commitments")
      .map(({ id }) => ({
        words: `releases restriction ${id}, with ${secondApproval}`,
        fact: { kind: "restriction-released", restriction: id, by, secondApproval, reason },
      }));
}

function cues(day: Day): Cue[] {
  return [
    {
      at: wallTime(day, "14:44:05"),
      do: "what-if",
      question: {
        account: DESK,
        title: "Which hedge keeps the firm above its early warning level?",
        hedges: [
          { name: "sell the stock", trades: [{ instrument: STOCK, side: "sell", quantity: "400000" }] },
          { name: "sell the fund short", trades: [{ instrument: FUND, side: "sell-short", quantity: "36000" }] },
          { name: "buy puts", trades: [{ instrument: PUT, side: "buy", quantity: "4000" }] },
        ],
        keep: "120%",
      },
    },
    {
      at: wallTime(day, "15:00:30"),
      do: "act",
      by: "chief financial officer",
      act: releaseHalts("chief financial officer", "chief compliance officer"),
    },
  ];
}
