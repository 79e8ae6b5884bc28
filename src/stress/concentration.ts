/** Where the losses of a scenario come from: by name, and by client, with its positions at other firms. */
import { Trouble } from "../base/errors.ts";
import { parseDecimal } from "../base/decimal.ts";
import { multiplyDivide } from "../base/divide.ts";
import { add, type Cents, subtract, sum, toCents, ZERO } from "../base/money.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import { holdingsOf, type MarginAccount, type MarginBooks, valueOf } from "../margin/account.ts";
import type { GroupLoss, StressedAccount, StressedAccounts } from "./accounts.ts";
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
export function lossesByName(
  books: MarginBooks,
  accounts: readonly StressedAccount[],
  lossesOf: (place: number) => readonly GroupLoss[],
): readonly NameLoss[] {
  const byName = new Map<number, { unsecured: Cents; accounts: number }>();
  for (const { unsecured, place } of accounts) {
    if (unsecured === 0) continue;
    const losing = lossesOf(place)
      .filter(({ loss }) => loss > 0)
      .sort((a, b) => a.loss - b.loss || a.underlying - b.underlying);
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

/** What becomes of one client under a scenario. Amounts are not negative, but losses, which are below zero where it gains. */
export interface ClientLoss {
  readonly client: string;
  readonly unsecured: Cents;
  readonly call: Cents;
  /** Of the calls, what the excess of the client's other accounts with us covers. No rule counts it; it says who can pay. */
  readonly covered: Cents;
  /** What its accounts with us and its positions at other firms lose together; undefined where either is not known. */
  readonly loss: Cents | undefined;
  /** Of it, at other firms, as they were stated: shares, and swaps by their shares. */
  readonly lossElsewhere: Cents | undefined;
}

/** What a client holds of an instrument at one other firm, in units of the instrument. */
interface Outside {
  readonly row: number;
  readonly units: number;
  readonly holder: string;
}

/** Clients, each with what of its accounts is here; their whole positions are gathered when somebody asks. */
export class ClientTable {
  readonly #books: MarginBooks;
  readonly #accounts: readonly MarginAccount[];
  readonly #statistics: Statistics;
  readonly #names: string[] = [];
  /** By place of an account: its client; and by client the places. */
  readonly #clientOf: Uint32Array;
  readonly #places: number[][] = [];
  /** By client, by name. */
  readonly #outside: ReadonlyMap<string, readonly Outside[]>;

  constructor(books: MarginBooks, accounts: readonly MarginAccount[], statistics: Statistics) {
    this.#books = books;
    this.#accounts = accounts;
    this.#statistics = statistics;
    const byName = new Map<number, number>();
    this.#clientOf = Uint32Array.from(accounts, ({ account }, place) => {
      const group = books.accounts.columns.ownerGroup[account];
      const nameId = group === -1 ? books.accounts.nameId(account) : group;
      let client = byName.get(nameId);
      if (client === undefined) {
        client = this.#names.push(books.names.text(nameId)) - 1;
        byName.set(nameId, client);
        this.#places.push([]);
      }
      this.#places[client].push(place);
      return client;
    });
    this.#outside = outsideOf(books);
  }

  /**
   * Clients with a deficit or a call, and clients that lose at other firms, though nothing is asked of them here: the largest
   * deficit first, then the largest call, then the largest loss. `moved` are the books of the scenario.
   */
  losses(stressed: StressedAccounts, moved: MarginBooks): readonly ClientLoss[] {
    const short = Map.groupBy(
      stressed.short.filter(({ call, unsecured }) => call > 0 || unsecured > 0),
      ({ place }) => this.#clientOf[place],
    );
    return this.#names
      .flatMap((name, client) => {
        const own = short.get(client);
        const lossElsewhere = this.#lossElsewhere(name, moved);
        if (own === undefined && lossElsewhere !== undefined && lossElsewhere <= 0) return [];
        return [this.#lossOf(client, own ?? [], stressed, lossElsewhere)];
      })
      .sort(byLoss);
  }

  #lossOf(
    client: number,
    short: readonly StressedAccount[],
    stressed: StressedAccounts,
    lossElsewhere: Cents | undefined,
  ): ClientLoss {
    const places = this.#places[client];
    const call = sum(short.map((account) => account.call));
    const spare = sum(
      places.flatMap((place) => {
        const excess = stressed.excess(place);
        return excess !== undefined && excess > 0 ? [excess] : [];
      }),
    );
    const here = sumKnown(places.map((place) => stressed.loss(place)));
    return {
      client: this.#names[client],
      unsecured: sum(short.map(({ unsecured }) => unsecured)),
      call,
      covered: spare < call ? spare : call,
      loss: sumKnown([here, lossElsewhere]),
      lossElsewhere,
    };
  }

  #lossElsewhere(client: string, moved: MarginBooks): Cents | undefined {
    return sumKnown(
      (this.#outside.get(client) ?? []).map(({ row, units }) => {
        const [before, after] = [worthOf(this.#books, row, units), worthOf(moved, row, units)];
        return before === undefined || after === undefined ? undefined : subtract(before, after);
      }),
    );
  }

  /** Every client with its whole position in each name: the accounts of its owner group, and what was stated of other firms. */
  list(): readonly Client[] {
    const clients = new Map(this.#names.map((name, client) => [name, this.#places[client]]));
    for (const client of this.#outside.keys()) if (!clients.has(client)) clients.set(client, []);
    return [...clients].map(([client, places]) => {
      const own = places.map((place) => this.#accounts[place]);
      const positions = new Map<number, { here: number; elsewhere: number; firms: Set<string> }>();
      const at = (row: number) => {
        const known = positions.get(row) ?? { here: 0, elsewhere: 0, firms: new Set<string>() };
        positions.set(row, known);
        return known;
      };
      for (const account of own)
        for (const { instrument, units } of holdingsOf(this.#books, account)) at(instrument).here += units;
      for (const { row, units, holder } of this.#outside.get(client) ?? []) {
        const position = at(row);
        position.elsewhere += units;
        position.firms.add(holder);
      }
      const listed = [...positions].map(([row, { here, elsewhere, firms }]) =>
        positionOf(this.#books, this.#statistics, row, here, elsewhere, firms.size),
      );
      return { client, accounts: own, positions: listed.sort(bySize) };
    });
  }
}

function outsideOf({ reports, instruments }: MarginBooks): ReadonlyMap<string, readonly Outside[]> {
  const byClient = new Map<string, Outside[]>();
  for (const { client, instrument, quantity, holder } of reports.list("outside-position-stated")) {
    const row = instruments.findText(instrument);
    const units = instruments.toUnits(row, parseDecimal(quantity, QUANTITY_SCALE));
    const own = byClient.get(client);
    if (own === undefined) byClient.set(client, [{ row, units, holder }]);
    else own.push({ row, units, holder });
  }
  return byClient;
}

/** In dollars; undefined without a price. */
function worthOf(books: MarginBooks, row: number, units: number): Cents | undefined {
  try {
    return valueOf(books, row, units, books.market.price(row));
  } catch (error) {
    if (error instanceof Trouble) return undefined;
    throw error;
  }
}

/** Undefined where one of them is not known. */
function sumKnown(amounts: readonly (Cents | undefined)[]): Cents | undefined {
  return amounts.reduce<Cents | undefined>(
    (total, amount) => (total === undefined || amount === undefined ? undefined : add(total, amount)),
    ZERO,
  );
}

function byLoss(a: ClientLoss, b: ClientLoss): number {
  return (
    b.unsecured - a.unsecured ||
    b.call - a.call ||
    (b.loss ?? ZERO) - (a.loss ?? ZERO) ||
    (a.client < b.client ? -1 : 1)
  );
}

function positionOf(
  books: MarginBooks,
  { dailyVolume, outstanding }: Statistics,
  row: number,
  here: number,
  elsewhere: number,
  firms: number,
): ClientPosition {
  const units = here + elsewhere;
  const share = (of: number): number | undefined => (of > 0 ? Math.abs(units) / of : undefined);
  return {
    instrument: books.instruments.attributes(row).instrument,
    here,
    elsewhere,
    firms,
    value: worthOf(books, row, units),
    daysOfVolume: share(dailyVolume[row]),
    shareOutstanding: share(outstanding[row]),
  };
}

function bySize(a: ClientPosition, b: ClientPosition): number {
  return Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0) || (a.instrument < b.instrument ? -1 : 1);
}
