/**
 * The margin cascade: a stock that moves more than others falls for a week, and takes the accounts that borrowed on it from
 * warning to call, to closing orders only, to a proposal to close positions. The firm, its customers and the stock's name are
 * invented; its prices are real (see `cascade-market.ts`), and what follows from them is computed.
 *
 * Customers and officers answer what the program makes: money in time, money too late, more time, a decision.
 */
import { formatDecimal } from "../../base/decimal.ts";
import { type Instant, parseDay } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { FactOfKind, UnstampedFact } from "../../facts/kinds.ts";
import { cascadeCustomers, OTHERS } from "./cascade-customers.ts";
import { type CascadeOption, CascadePath, optionMark, SESSIONS } from "./cascade-market.ts";
import { type Cue, type Drill, type DrillRulebook, stamped, TimedFacts, wallTime } from "./drill.ts";
import { drillAccounts, payIn } from "./drill-firm.ts";
import { announceDeposit, decide, deposit, extendCalls, workOrders } from "./margin-acts.ts";

const STOCK = "KITE";
const DAY_BEFORE = "2026-07-09";
const [FRIDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY] = SESSIONS.map(({ day }) => day);
const [OPENS, CLOSES] = ["09:30:00", "16:00:00"];
const MATURITY = "2026-08-21";
const CALL: CascadeOption = { instrument: "KITE 260821C00200000", right: "call", strike: 200, maturity: MATURITY };
const PUT: CascadeOption = { instrument: "KITE 260821P00160000", right: "put", strike: 160, maturity: MATURITY };

const PAID_IN_DOLLARS = 1_500_000;
const SUBORDINATED_DOLLARS = 500_000;

type Timed = readonly [Instant, UnstampedFact];

export interface CascadeRulebooks {
  readonly netCapital: DrillRulebook;
  readonly margin: DrillRulebook;
}

export function marginCascade(rulebooks: CascadeRulebooks): Drill {
  const path = new CascadePath();
  return {
    name: "margin-cascade",
    title: "Margin calls in a falling stock",
    story:
      "Thirty accounts have borrowed on one stock, or written options on it. On a Friday it opens high and loses a sixth of that by the afternoon; by the next Wednesday a quarter is gone. Accounts go from healthy to warning to call. Some send money in time and one too late; one is saved by the market for a day; an officer gives one more time. Whoever has not answered by the end of Wednesday may only close, and on Thursday at ten the program proposes what to sell.",
    firm: "Halyard Row Securities LLC (drill)",
    instrument: STOCK,
    trail: "elder",
    speed: 600,
    session: { opens: at(FRIDAY, OPENS), closes: at(THURSDAY, CLOSES) },
    opening: stamped(at(DAY_BEFORE, "18:00:00"), [...opening(rulebooks, path)]),
    script: new TimedFacts([...script(path)]),
    cues: cues(),
  };
}

function at(day: string, time: string): Instant {
  return wallTime(parseDay(day), time);
}

function* opening({ netCapital, margin }: CascadeRulebooks, path: CascadePath): Generator<UnstampedFact> {
  yield { kind: "business-day-opened", day: DAY_BEFORE };
  yield* instruments();
  yield* drillAccounts({});
  yield { kind: "mark", instrument: STOCK, price: formatDecimal(path.first, PRICE_SCALE), basis: "manual" };
  for (const option of [CALL, PUT]) yield optionMark(option, parseDay(DAY_BEFORE), path.first);
  yield* marksOfOthers();
  yield* payIn("bank", "paid-in-capital", PAID_IN_DOLLARS);
  yield* payIn("bank", "subordinated-loan", SUBORDINATED_DOLLARS);
  yield* cascadeCustomers(STOCK, { call: CALL.instrument, put: PUT.instrument });
  yield { kind: "rulebook-activated", ...netCapital };
  yield { kind: "rulebook-activated", ...margin };
}

function* instruments(): Generator<UnstampedFact> {
  const listed = { kind: "instrument-listed", currency: "USD" } as const;
  const stock = { ...listed, type: "equity", listing: "XNYS" } as const;
  yield { ...listed, instrument: "USD", type: "currency", description: "U.S. dollar" };
  yield { ...stock, instrument: STOCK, symbol: STOCK, description: "Kite & Anchor Games" };
  for (const instrument of Object.keys(OTHERS)) yield { ...stock, instrument, symbol: instrument };
  for (const { instrument, right, strike, maturity } of [CALL, PUT])
    yield {
      ...listed,
      instrument,
      type: "option",
      underlying: STOCK,
      right,
      strike: String(strike),
      maturity,
      multiplier: "100",
      listing: "XCBO",
      style: "american",
    };
}

function* marksOfOthers(): Generator<UnstampedFact> {
  for (const [instrument, price] of Object.entries(OTHERS))
    yield { kind: "mark", instrument, price: String(price), basis: "close" };
}

/** The days' beginnings and ends, and the hours between them, in which clocks go off that no price moves. */
function* clock(): Generator<Timed> {
  for (const { day } of SESSIONS) {
    for (let hour = 0; hour < 24; hour++)
      yield [at(day, `${String(hour).padStart(2, "0")}:00:00`), { kind: "time-passed" }];
    yield [at(day, "08:00:01"), { kind: "business-day-opened", day }];
    for (const fact of marksOfOthers()) yield [at(day, "08:00:02"), fact];
    yield [at(day, OPENS), { kind: "market-phase", phase: "open" }];
    yield [at(day, CLOSES), { kind: "market-phase", phase: "closed" }];
    yield [at(day, "18:00:00"), { kind: "business-day-closed", day }];
  }
}

interface Sale {
  readonly account: string;
  readonly day: string;
  readonly time: string;
  readonly side: FactOfKind<"trade-executed">["side"];
  readonly quantity: number;
}

/** What customers trade of their own accord. */
const TRADES: readonly Sale[] = [
  { account: "hazel", day: FRIDAY, time: "14:56:30", side: "sell-short", quantity: 10_000 },
  { account: "hazel", day: MONDAY, time: "15:05:30", side: "buy", quantity: 5000 },
  { account: "fir", day: THURSDAY, time: "10:40:30", side: "sell", quantity: 6000 },
];

function* trades(path: CascadePath): Generator<Timed> {
  for (const [index, { account, day, time, side, quantity }] of TRADES.entries()) {
    const instant = at(day, time);
    const price = formatDecimal(path.at(instant), PRICE_SCALE);
    const terms = { account, instrument: STOCK, contra: "nscc", side, quantity: String(quantity), price } as const;
    yield [instant, { kind: "trade-executed", ...terms, tradeDay: day, execution: `customer-${index + 1}` }];
  }
}

function* script(path: CascadePath): Generator<Timed> {
  yield* clock();
  yield* path.quotes(STOCK);
  for (const option of [CALL, PUT]) yield* path.options(option);
  yield* trades(path);
}

const OFFICER = "chief risk officer";
const MARGIN_DESK = "margin desk";

function cues(): Cue[] {
  const approved = { decision: "approved", by: OFFICER } as const;
  const rejected = { decision: "rejected", by: OFFICER } as const;
  const customer = (account: string): string => `customer of account ${account}`;
  return [
    { at: at(MONDAY, "10:30:00"), do: "act", by: customer("alder"), act: deposit("alder", 2.6) },
    {
      at: at(TUESDAY, "11:00:00"),
      do: "act",
      by: customer("beech"),
      act: announceDeposit("beech", 1.5, WEDNESDAY),
    },
    {
      at: at(WEDNESDAY, "10:40:00"),
      do: "act",
      by: OFFICER,
      act: decide("gorse", { ...rejected, reason: "the customer promises a wire by noon" }),
    },
    {
      at: at(WEDNESDAY, "15:30:00"),
      do: "act",
      by: OFFICER,
      act: extendCalls("cedar", { until: "2026-07-17", by: OFFICER, reason: "a transfer of securities is under way" }),
    },
    { at: at(THURSDAY, "09:20:00"), do: "act", by: customer("beech"), act: deposit("beech", 1.4) },
    {
      at: at(THURSDAY, "10:05:00"),
      do: "act",
      by: OFFICER,
      act: decide("gorse", { ...approved, reason: "the wire did not come and the account is under water" }),
    },
    { at: at(THURSDAY, "10:06:00"), do: "act", by: MARGIN_DESK, act: workOrders("gorse") },
    {
      at: at(THURSDAY, "10:20:00"),
      do: "act",
      by: OFFICER,
      act: decide("elder", { ...approved, reason: "no answer in four business days" }),
    },
    { at: at(THURSDAY, "10:21:00"), do: "act", by: MARGIN_DESK, act: workOrders("elder") },
    {
      at: at(THURSDAY, "10:25:00"),
      do: "act",
      by: OFFICER,
      act: decide("fir", { ...rejected, reason: "the customer is selling by himself" }),
    },
    { at: at(THURSDAY, "14:00:00"), do: "act", by: customer("cedar"), act: deposit("cedar", 1.5) },
  ];
}
