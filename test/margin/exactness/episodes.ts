/** What happens to a firm of the exactness walk: each of these once, in an order of its own. */
import { Firm, type MakeStates, makeStates } from "./firm.ts";
import { Seen } from "./seen.ts";

type Episode = (firm: Firm) => void;

/** Ticks, and before each of them a fact once in so many times. */
function withFacts(firm: Firm, ticks: number, every: number, fact: () => void, trend = 0): void {
  for (let tick = 0; tick < ticks; tick++) {
    if (firm.dice.once(every)) fact();
    firm.walk(firm.someInstrument(), trend);
  }
}

function eachInstrument(firm: Firm, visit: (instrument: number) => void): void {
  for (let instrument = 0; instrument < firm.shape.instruments; instrument++) visit(instrument);
}

function trade(firm: Firm): void {
  const [account, instrument] = [firm.someAccount(), firm.someInstrument()];
  const held = firm.sums.units(account, instrument);
  firm.trade(account, instrument, firm.dice.once(3) && held !== 0 ? -held : firm.someUnits());
}

/** A position that is there grows or shrinks, and stays on its side mostly. */
function fill(firm: Firm, instrument = firm.someInstrument()): void {
  const { sums, dice } = firm;
  if (sums.holders[instrument] === 0) return;
  const account = sums.holder(instrument, dice.roll(1024));
  const held = sums.units(account, instrument);
  const size = dice.between(1, Math.max(1, Math.abs(held) >> 1));
  firm.trade(account, instrument, dice.once(20) ? -2 * held : dice.once(2) ? size : -size);
}

function newPosition(firm: Firm, instrument = firm.someInstrument()): void {
  if (firm.accounts < firm.shape.accounts && firm.dice.once(10)) {
    firm.open();
    return;
  }
  const account = firm.someAccount();
  const held = firm.sums.units(account, instrument);
  firm.trade(account, instrument, held === 0 ? firm.someUnits() : -held);
}

/** Some percent of what is held, in or out. */
function draw(firm: Firm): void {
  const account = firm.someAccount();
  firm.money(account, Math.round((firm.sums.gross(account) * (firm.dice.roll(201) - 100)) / 2000));
}

function money(firm: Firm): void {
  if (firm.dice.once(2)) firm.nearBoundary(firm.someAccount());
  else draw(firm);
}

function transfer(firm: Firm): void {
  firm.transfer();
}

function regroup(firm: Firm): void {
  firm.regroup();
}

function losePrice(firm: Firm): void {
  const instrument = firm.someInstrument();
  if (Number.isNaN(firm.sums.prices[instrument])) firm.restore(instrument);
  else firm.price(instrument, Number.NaN);
}

function gap(firm: Firm): void {
  firm.gap(firm.someInstrument(), firm.dice.between(-40, 60));
}

/** No position grows beyond about so many units: cents must stay exact. */
const GROWN_MOST = 5000;

/** A position grows to twice its size, or more, with money that came in for it. */
function grow(firm: Firm, instrument: number): void {
  const { sums, dice } = firm;
  if (sums.holders[instrument] === 0 || sums.isUnknown(instrument)) return;
  const account = sums.holder(instrument, dice.roll(1024));
  const held = sums.units(account, instrument);
  if (Math.abs(held) > GROWN_MOST) return;
  const more = held * dice.between(1, 3);
  firm.money(account, Math.round((Math.abs(more) * sums.dollars(instrument) * 100) / firm.rules.one));
  firm.trade(account, instrument, more);
}

/** One gap after another in one name, down and up: some with nothing between, most with ticks of it and trades in it. */
function gapsInARow(firm: Firm): void {
  const { dice } = firm;
  const name = firm.someInstrument();
  for (let times = 0; times < 60; times++) {
    if (dice.once(3)) firm.gap(name, dice.between(-40, 50));
    else firm.gapToBoundary(name);
    for (let each = dice.roll(6); each > 0; each--)
      if (dice.once(3)) firm.walk(name);
      else if (dice.once(2)) dice.oneOf([fill, newPosition, grow])(firm, name);
      else dice.oneOf([fill, newPosition, draw, transfer, regroup])(firm);
    firm.walks(dice.roll(8));
    if (dice.once(6)) firm.restore(name);
    if (dice.once(4)) firm.nearBoundary(firm.someAccount());
  }
  firm.settleAt(name);
  firm.walks(200);
}

function someFact(firm: Firm): void {
  firm.dice.oneOf(FACTS)(firm);
}

/** The market goes one way, while customers draw money, trade and move positions. */
function drift(firm: Firm, way: number): void {
  const calm = (): void => firm.dice.oneOf([draw, fill, newPosition, transfer])(firm);
  withFacts(firm, 1500, 25, calm, way * 25);
  withFacts(firm, 500, 25, calm, -way * 25);
  eachInstrument(firm, (instrument) => firm.settleAt(instrument));
}

const FACTS: readonly Episode[] = [
  trade,
  fill,
  newPosition,
  money,
  money,
  transfer,
  regroup,
  (firm) => firm.changeRule(),
  losePrice,
  gap,
];

export const EPISODES: Readonly<Record<string, Episode>> = {
  "a walk": (firm) => firm.walks(6000),
  "one name falls 25 percent in three minutes": (firm) => {
    const name = firm.someInstrument();
    const from = firm.sums.prices[name];
    for (let second = 1; second <= 180; second++) {
      firm.move(name, from * (1 - (0.25 * second) / 180));
      firm.walks(firm.dice.roll(6));
    }
    firm.settleAt(name);
    firm.walks(400);
  },
  "one name falls 25 percent in one tick": (firm) => {
    const name = firm.someInstrument();
    firm.gap(name, -25);
    firm.settleAt(name);
    firm.walks(600);
  },
  "everything falls 10 percent in three minutes": (firm) => {
    const from = firm.sums.prices.slice();
    for (let step = 1; step <= 60; step++)
      eachInstrument(firm, (instrument) => firm.move(instrument, from[instrument] * (1 - step / 600)));
    eachInstrument(firm, (instrument) => firm.settleAt(instrument));
    firm.walks(300);
  },
  "everything falls 10 percent at once": (firm) => {
    eachInstrument(firm, (instrument) => firm.gap(instrument, -10));
    firm.walks(500);
  },
  "a name goes up, limit by limit": (firm) => {
    const name = firm.someInstrument();
    for (let limit = 0; limit < 10; limit++) {
      firm.gap(name, 10);
      firm.walks(firm.dice.roll(60));
    }
    firm.settleAt(name);
    firm.walks(200);
  },
  "everything drifts down": (firm) => drift(firm, -1),
  "everything drifts up": (firm) => drift(firm, 1),
  "gaps of one name in a row": gapsInARow,
  gaps: (firm) => withFacts(firm, 600, 30, () => gap(firm)),
  fills: (firm) => withFacts(firm, 1200, 16, () => fill(firm)),
  "new positions": (firm) => withFacts(firm, 1200, 16, () => newPosition(firm)),
  trades: (firm) => withFacts(firm, 1200, 20, () => trade(firm)),
  transfers: (firm) => withFacts(firm, 1200, 20, () => transfer(firm)),
  "money in and out": (firm) => withFacts(firm, 1500, 15, () => money(firm)),
  "prices become unknown": (firm) => {
    withFacts(firm, 1200, 80, () => losePrice(firm));
    eachInstrument(firm, (instrument) => firm.restore(instrument));
  },
  "a rule changes": (firm) => withFacts(firm, 1200, 120, () => firm.changeRule()),
  "a rulebook changes": (firm) => {
    firm.walks(200);
    firm.changeRulebook();
    firm.walks(800);
  },
  "groups come and go": (firm) => withFacts(firm, 1000, 40, () => regroup(firm)),
  "rates of exchange": (firm) => {
    const { dollars, currencies } = firm.shape;
    if (currencies === 0) return;
    withFacts(firm, 700, 4, () => firm.walk(dollars + firm.dice.roll(currencies)));
    withFacts(firm, 100, 30, () => firm.gap(dollars + firm.dice.roll(currencies), firm.dice.between(-15, 15)));
  },
  "all of it": (firm) => withFacts(firm, 2000, 40, () => someFact(firm)),
};

/** A walk of many firms. */
export interface Plan {
  /** Of the first firm; the next has the next seed. */
  readonly seed: number;
  /** No firm is begun after so many ticks; those that were begun are played to their end. */
  readonly ticks: number;
  readonly make?: MakeStates;
  /** Told after each firm. */
  readonly played?: (ticks: number) => void;
}

/** Plays firm after firm. Throws at the first difference; `seen` says how far it came. */
export function playFirms({ seed, ticks, make = makeStates, played }: Plan, seen = new Seen()): Seen {
  for (let next = seed; seen.ticks < ticks; next++) {
    const firm = new Firm(next, seen, make);
    play(firm);
    seen.ended(firm);
    played?.(seen.ticks);
  }
  return seen;
}

/** Plays a firm: some 20,000 ticks. */
function play(firm: Firm): void {
  const order = Object.entries(EPISODES);
  while (order.length > 0) {
    const [[name, episode]] = order.splice(firm.dice.roll(order.length), 1);
    firm.episode = name;
    eachInstrument(firm, (instrument) => firm.restore(instrument));
    for (let customer = firm.accounts >> 3; customer > 0; customer--) firm.nearBoundary(firm.someAccount());
    episode(firm);
    firm.compareFromNothing();
  }
}
