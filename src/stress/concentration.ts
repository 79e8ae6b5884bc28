/** Where the losses of a scenario come from: by name, by client across all prime brokers, and what meeting the calls would sell. */
import { parseDecimal } from "../base/decimal.ts";
import { multiplyDivide } from "../base/divide.ts";
import { type Cents, sum, toCents, ZERO } from "../base/money.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import { holdingsOf, type MarginAccount, type MarginBooks } from "../margin/account.ts";
import type { StressedAccount } from "./accounts.ts";
import type { Statistics } from "./moves.ts";

/** What of the unsecured deficits one name brought about. */
export interface NameLoss {
  readonly instrument: string;
  readonly unsecured: Cents;
  /** Accounts under water that lost by it. */
  readonly accounts: number;
}

/**
 * The unsecured deficits by name, the largest first. An account's deficit is laid to its groups in proportion to what each
 * lost; each share is rounded half to even, and the largest takes what is left, so that the shares sum to the deficit. What
 * lost nothing has no share; an account that was under water without a loss is laid to no name.
 */
export function lossesByName(books: MarginBooks, accounts: readonly StressedAccount[]): readonly NameLoss[] {
  const byName = new Map<number, { unsecured: Cents; accounts: number }>();
  for (const { unsecured, groups } of accounts) {
    if (unsecured === 0) continue;
    const losing = groups.filter(({ loss }) => loss > 0).sort((a, b) => a.loss - b.loss || a.underlying - b.underlying);
    const lost = sum(losing.map(({ loss }) => loss));
    let left = unsecured;
    for (const [index, { underlying, loss }] of losing.entries()) {
      const share = index + 1 === losing.length ? left : toCents(multiplyDivide(unsecured, loss, lost));
      left = toCents(left - share);
      const before = byName.get(underlying) ?? { unsecured: ZERO, accounts: 0 };
      byName.set(underlying, { unsecured: toCents(before.unsecured + share), accounts: before.accounts + 1 });
    }
  }
  return [...byName]
    .sort(([a, x], [b, y]) => y.unsecured - x.unsecured || a - b)
    .map(([row, found]) => ({ instrument: books.instruments.attributes(row).instrument, ...found }));
}

/** One client's position in one name: with us, and elsewhere as it was stated. */
export interface ClientPosition {
  readonly instrument: string;
  /** Units of the instrument, below zero where short. */
  readonly here: number;
  readonly elsewhere: number;
  /** Other firms that hold some of it. */
  readonly firms: number;
  /** What all of it is worth now; undefined without a price. */
  readonly value: Cents | undefined;
  /** All of it over average daily volume, and over what is outstanding; undefined where that is not stated. */
  readonly daysOfVolume: number | undefined;
  readonly shareOutstanding: number | undefined;
}

/** An owner group, or an account without one. */
export interface Client {
  readonly client: string;
  readonly accounts: readonly MarginAccount[];
  readonly positions: readonly ClientPosition[];
}

/** Every client with its whole position in each name: the accounts of its owner group, and what was stated of other firms. */
export function clientsOf(
  books: MarginBooks,
  accounts: readonly MarginAccount[],
  statistics: Statistics,
): readonly Client[] {
  const { names, reports, instruments } = books;
  const byClient = new Map<string, MarginAccount[]>();
  for (const account of accounts) {
    const group = books.accounts.columns.ownerGroup[account.account];
    const client = names.text(group === -1 ? books.accounts.nameId(account.account) : group);
    const own = byClient.get(client);
    if (own === undefined) byClient.set(client, [account]);
    else own.push(account);
  }
  const outside = Map.groupBy(reports.list("outside-position-stated"), ({ client }) => client);
  for (const client of outside.keys()) if (!byClient.has(client)) byClient.set(client, []);
  return [...byClient].map(([client, own]) => {
    const positions = new Map<number, { here: number; elsewhere: number; firms: Set<string> }>();
    const at = (row: number) => {
      const known = positions.get(row) ?? { here: 0, elsewhere: 0, firms: new Set<string>() };
      positions.set(row, known);
      return known;
    };
    for (const account of own)
      for (const { instrument, units } of holdingsOf(books, account)) at(instrument).here += units;
    for (const { instrument, quantity, holder } of outside.get(client) ?? []) {
      const row = instruments.findText(instrument);
      const position = at(row);
      position.elsewhere += instruments.toUnits(row, parseDecimal(quantity, QUANTITY_SCALE));
      position.firms.add(holder);
    }
    const listed = [...positions].map(([row, { here, elsewhere, firms }]) =>
      positionOf(books, statistics, row, here, elsewhere, firms.size),
    );
    return { client, accounts: own, positions: listed.sort(bySize) };
  });
}

function positionOf(
  { instruments, market }: MarginBooks,
  { dailyVolume, outstanding }: Statistics,
  row: number,
  here: number,
  elsewhere: number,
  firms: number,
): ClientPosition {
  const units = here + elsewhere;
  const price = market.price(row);
  const share = (of: number): number | undefined => (of > 0 ? Math.abs(units) / of : undefined);
  return {
    instrument: instruments.attributes(row).instrument,
    here,
    elsewhere,
    firms,
    value: Number.isNaN(price) ? undefined : instruments.value(row, units, price),
    daysOfVolume: share(dailyVolume[row]),
    shareOutstanding: share(outstanding[row]),
  };
}

function bySize(a: ClientPosition, b: ClientPosition): number {
  return Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0) || (a.instrument < b.instrument ? -1 : 1);
}

export interface ClientLoss {
  readonly client: string;
  readonly unsecured: Cents;
  readonly call: Cents;
  /** Of the calls, what the excess of the client's other accounts with us covers. No rule counts it; it says who can pay. */
  readonly covered: Cents;
}

/** Clients with a deficit or a call, the largest deficit first. */
export function lossesByClient(
  clients: readonly Client[],
  stressed: readonly StressedAccount[],
): readonly ClientLoss[] {
  const byAccount = new Map(stressed.map((account) => [account.account.account, account]));
  return clients
    .map(({ client, accounts }) => {
      const own = accounts.flatMap(({ account }) => byAccount.get(account) ?? []);
      const call = sum(own.map((account) => account.call));
      const spare = sum(own.map(({ excess }) => (excess > 0 ? excess : ZERO)));
      return {
        client,
        unsecured: sum(own.map((account) => account.unsecured)),
        call,
        covered: spare < call ? spare : call,
      };
    })
    .filter(({ call, unsecured }) => call > 0 || unsecured > 0)
    .sort((a, b) => b.unsecured - a.unsecured || b.call - a.call || (a.client < b.client ? -1 : 1));
}

/** What would be sold if no call were met by a deposit. An estimate: every called account sells the same share of everything. */
export interface Liquidity {
  /** At the moved prices, longs sold and shorts bought. */
  readonly sold: Cents;
  /** The name that takes longest, and its days; undefined where nothing is sold or no volume is stated. */
  readonly slowest: { readonly instrument: string; readonly days: number } | undefined;
  /** Names that would be sold and of which no volume is stated. */
  readonly withoutVolume: number;
}

/** A sale of everything releases all that is required; of a share, that share of it, 4210(c) being in proportion to value. */
export function liquidityOf(
  books: MarginBooks,
  stressed: readonly StressedAccount[],
  { dailyVolume }: Statistics,
  participation: number,
): Liquidity {
  const { instruments, market } = books;
  const units = new Map<number, number>();
  for (const { account, call, netLiquidation, excess } of stressed) {
    if (call === 0) continue;
    const required = netLiquidation - excess;
    const share = required > 0 ? Math.min(1, call / required) : 1;
    for (const holding of holdingsOf(books, account))
      units.set(holding.instrument, (units.get(holding.instrument) ?? 0) + Math.abs(holding.units) * share);
  }
  let sold = ZERO;
  let slowest: { instrument: string; days: number } | undefined;
  let withoutVolume = 0;
  for (const [row, quantity] of units) {
    sold = toCents(sold + Math.abs(instruments.value(row, Math.round(quantity), market.price(row))));
    const days = quantity / (dailyVolume[row] * participation);
    if (!(dailyVolume[row] > 0)) withoutVolume += 1;
    else if (days > (slowest?.days ?? 0)) slowest = { instrument: instruments.attributes(row).instrument, days };
  }
  return { sold, slowest, withoutVolume };
}
