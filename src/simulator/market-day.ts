/**
 * A day of the market from the shipped data: its instruments with their close of the day before, and everything that
 * happened, in time order. docs/guides/demo.md and data/README.md say what is real and what is assumed.
 */
import { Trouble } from "../base/errors.ts";
import { type Day, formatDay, type Instant, parseDay } from "../base/time.ts";
import { newYorkInstant } from "../books/new-york-time.ts";
import {
  barsPath,
  betweenAnchors,
  dayPath,
  Guide,
  type Path,
  priceAt,
  rangeOf,
  SESSION_CLOSE_MS,
  SESSION_OPEN_MS,
  toTick,
} from "./day-path.ts";
import { EventList, inTimeOrder, type MarketEvents } from "./market-events.ts";
import { type HourBar, type InstrumentReference, MarketFiles } from "./market-files.ts";
import { spread } from "./random.ts";
import { markOf, treasuriesOf, type Treasury } from "./treasuries.ts";
import { curveBetween } from "./treasury-price.ts";

const MINUTE_MS = 60_000;
const SESSION_MINUTES = (SESSION_CLOSE_MS - SESSION_OPEN_MS) / MINUTE_MS;
const TREASURY_MARKS_A_DAY = 7;

/** Where the day's prices come from, as facts name it. */
const SOURCES = {
  "2015-08-24": { prints: "daily-bars", model: "bar-interpolation" },
  "2013-10-08": { prints: "consolidated-tape", model: "par-curve" },
} as const;
export type DemoDate = keyof typeof SOURCES;
export const DEMO_DATES = Object.keys(SOURCES) as readonly DemoDate[];

/**
 * How often an instrument is marked between its real prices, by its place in the order of dollar volume: the first 300
 * each minute, to place 2,000 every five minutes, all others each half hour.
 */
const MARK_INTERVALS = [
  { places: 300, minutes: 1 },
  { places: 2_000, minutes: 5 },
  { places: Number.POSITIVE_INFINITY, minutes: 30 },
] as const;

export interface DemoInstrument {
  /** The instrument's name in facts; its symbol, or of a Treasury its terms. */
  readonly id: string;
  readonly reference?: InstrumentReference;
  readonly treasury?: Treasury;
  /** Units of 10^-8. */
  readonly previousClose: number;
  /** Dollars that changed hands on the day; 0 where nothing traded, and of Treasuries, whose volume is not in the data. */
  readonly dollarVolume: number;
}

export interface MarketDay {
  readonly date: DemoDate;
  readonly day: Day;
  /** The trading day before. */
  readonly previousDay: Day;
  readonly source: { readonly prints: string; readonly model: string };
  /** New York midnight. */
  readonly midnight: Instant;
  readonly opens: Instant;
  readonly closes: Instant;
  /** By number: what `MarketEvents.instrument` refers to. Stocks first, in order of symbol, then Treasuries. */
  readonly instruments: readonly DemoInstrument[];
  readonly events: MarketEvents;
  /** The instrument whose moves stand for the market's mood: SPY. */
  readonly leader: number;
  /** How busy each minute of the session was: shares of the leader, in any unit. */
  readonly activity: Float64Array;
}

/** The shipped day; throws `bad-value` for another date, `bad-document` where the data cannot be read. */
export function marketDay(date: DemoDate, files = new MarketFiles()): MarketDay {
  if (!DEMO_DATES.includes(date)) {
    throw new Trouble("bad-value", "no such demo day", {
      field: "day",
      value: date,
      expected: DEMO_DATES.join(" or "),
    });
  }
  return date === "2015-08-24" ? barDay(date, files) : tapeDay(date, files);
}

/** The parts that do not depend on how a day's prices came to us. */
function assemble(date: DemoDate, instruments: DemoInstrument[], list: EventList, activity: Float64Array): MarketDay {
  const day = parseDay(date);
  const minutes = (ms: number) => ms / MINUTE_MS;
  return {
    date,
    day,
    previousDay: previousDayOf(date),
    source: SOURCES[date],
    midnight: newYorkInstant(day, 0),
    opens: newYorkInstant(day, minutes(SESSION_OPEN_MS)),
    closes: newYorkInstant(day, minutes(SESSION_CLOSE_MS)),
    instruments,
    events: inTimeOrder(list, newYorkInstant(day, 0)),
    leader: instruments.findIndex(({ id }) => id === "SPY"),
    activity,
  };
}

function previousDayOf(date: DemoDate): Day {
  return parseDay(date === "2015-08-24" ? "2015-08-21" : "2013-10-07");
}

// ——— a day of bars ———

function barDay(date: DemoDate, files: MarketFiles): MarketDay {
  const hourBars = Map.groupBy(files.hourBars(date), ({ symbol }) => symbol);
  const dayBars = new Map(files.dayBars(date).map((bar) => [bar.symbol, bar]));
  const guideBars = hourBars.get("SPY") ?? [];
  const guide = new Guide(guideBars);
  const instruments: DemoInstrument[] = [];
  const paths: Path[] = [];
  for (const reference of files.instruments(date)) {
    const bars = hourBars.get(reference.symbol);
    const bar = dayBars.get(reference.symbol);
    const previousClose = (bars?.[0] ?? bar)?.previousClose;
    if (previousClose === undefined) {
      throw new Trouble("bad-document", "an instrument has no prices", {
        field: "symbol",
        value: reference.symbol,
        origin: { file: `${date}/instruments.csv.gz` },
      });
    }
    const path = bars !== undefined ? barsPath(bars) : bar !== undefined && bar.volume > 0 ? dayPath(bar, guide) : [];
    const dollarVolume = path.reduce((total, { price, shares }) => total + (price / 1e8) * shares, 0);
    instruments.push({ id: reference.symbol, reference, previousClose, dollarVolume });
    paths.push(path);
  }
  const list = new EventList();
  const places = placesByVolume(instruments);
  for (const [number, path] of paths.entries())
    addPath(
      list,
      number,
      path,
      places[number],
      hourBars.has(instruments[number].id) ? undefined : guide,
      instruments[number].id,
    );
  addTreasuries(date, files, instruments, list);
  return assemble(date, instruments, list, activityOfBars(guideBars));
}

/** The place of each instrument in the order of dollar volume, largest first. */
function placesByVolume(instruments: readonly DemoInstrument[]): number[] {
  const order = instruments
    .map((_, number) => number)
    .sort((a, b) => instruments[b].dollarVolume - instruments[a].dollarVolume || a - b);
  const places: number[] = [];
  for (const [place, number] of order.entries()) places[number] = place;
  return places;
}

/** Its real prices as trades, and model marks between them, at the instrument's own second of the minute. */
function addPath(
  list: EventList,
  number: number,
  path: Path,
  place: number,
  guide: Guide | undefined,
  id: string,
): void {
  for (const { ms, price, shares } of path) if (shares > 0) list.trade(ms, number, price, shares);
  const minutes = MARK_INTERVALS.find(({ places }) => place < places)?.minutes ?? 1;
  const interval = minutes * MINUTE_MS;
  if (path.length === 0) return;
  const range = rangeOf(path);
  let next = 1;
  for (let ms = SESSION_OPEN_MS + Math.floor(spread(id, "mark") * interval); ms < SESSION_CLOSE_MS; ms += interval) {
    while (next < path.length && path[next].ms <= ms) next++;
    if (next >= path.length) return;
    const [from, to] = [path[next - 1], path[next]];
    if (ms <= from.ms) continue;
    list.modelMark(
      ms,
      number,
      guide === undefined ? toTick(priceAt(path, ms), range) : betweenAnchors(from, to, ms, guide, range),
    );
  }
}

/** A bar's volume, spread evenly over its minutes. */
function activityOfBars(bars: readonly HourBar[]): Float64Array {
  const activity = new Float64Array(SESSION_MINUTES);
  for (const { fromMs, volume } of bars) {
    const start = Math.max(0, Math.floor((fromMs - SESSION_OPEN_MS) / MINUTE_MS));
    const end = Math.floor((fromMs + 60 * MINUTE_MS - SESSION_OPEN_MS) / MINUTE_MS);
    activity.fill(volume / (end - start), start, end);
  }
  return activity;
}

// ——— a day of the tape ———

function tapeDay(date: DemoDate, files: MarketFiles): MarketDay {
  const closes = files.previousCloses(date);
  const list = new EventList();
  const activity = new Float64Array(SESSION_MINUTES);
  const instruments: DemoInstrument[] = [];
  for (const [number, reference] of files.instruments(date).entries()) {
    const previousClose = closes.get(reference.symbol);
    if (previousClose === undefined) {
      throw new Trouble("bad-document", "no close of the day before", {
        field: "symbol",
        value: reference.symbol,
        origin: { file: `${date}/previous-closes.csv` },
      });
    }
    const { trades, quotes } = files.tape(date, reference.symbol);
    let dollarVolume = 0;
    for (let row = 0; row < trades.time.length; row++) {
      list.trade(trades.time[row], number, trades.price[row], trades.size[row]);
      dollarVolume += (trades.price[row] / 1e8) * trades.size[row];
      const minute = Math.floor((trades.time[row] - SESSION_OPEN_MS) / MINUTE_MS);
      if (reference.symbol === "SPY" && minute < SESSION_MINUTES) activity[minute] += trades.size[row];
    }
    for (let row = 0; row < quotes.time.length; row++) {
      list.quote(quotes.time[row], number, quotes.bid[row], quotes.ask[row], quotes.bidSize[row], quotes.askSize[row]);
    }
    instruments.push({ id: reference.symbol, reference, previousClose, dollarVolume });
  }
  addTreasuries(date, files, instruments, list);
  return assemble(date, instruments, list, activity);
}

// ——— Treasuries ———

/** Lists them, and marks them through the session while the curve moves from last evening's to this evening's. */
function addTreasuries(date: DemoDate, files: MarketFiles, instruments: DemoInstrument[], list: EventList): void {
  const previousDay = previousDayOf(date);
  const before = files.curve(formatDay(previousDay));
  const after = files.curve(date);
  for (const treasury of treasuriesOf(date)) {
    const number = instruments.length;
    instruments.push({
      id: treasury.id,
      treasury,
      previousClose: markOf(treasury, previousDay, before),
      dollarVolume: 0,
    });
    for (let mark = 1; mark <= TREASURY_MARKS_A_DAY; mark++) {
      const ms =
        SESSION_OPEN_MS + Math.round(((SESSION_CLOSE_MS - SESSION_OPEN_MS) * mark) / TREASURY_MARKS_A_DAY) - 10_000;
      list.modelMark(
        ms,
        number,
        markOf(treasury, parseDay(date), curveBetween(before, after, mark / TREASURY_MARKS_A_DAY)),
      );
    }
  }
}
