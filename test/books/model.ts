/**
 * The books as anyone would first write them: maps, arrays and big integers, in which nothing can overflow and nothing is
 * kept twice. It shares no code with the ledger; the random walks hold the two against each other.
 */

export interface ModelLot {
  quantity: bigint;
  cost: bigint;
  day: number;
}

export type ModelRelief =
  | "fifo"
  | "lifo"
  | "hifo"
  | "average"
  | { readonly day: number }
  | { readonly undo: number; readonly cost: bigint };

interface Pending {
  readonly asset: string;
  readonly from: string;
  readonly to: string;
  readonly units: bigint;
  readonly day: number;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** a × b ÷ c, half to even. */
function divided(a: bigint, b: bigint, c: bigint): bigint {
  const product = abs(a * b);
  const twice = (product % c) * 2n;
  const whole = product / c;
  const rounded = twice > c || (twice === c && whole % 2n === 1n) ? whole + 1n : whole;
  return a * b < 0n ? -rounded : rounded;
}

export class Model {
  readonly balances = new Map<string, bigint>();
  readonly lots = new Map<string, ModelLot[]>();
  readonly realised = new Map<string, bigint>();
  /** All cents paid and received for lots, by account: profit = cost held − paid. */
  readonly paid = new Map<string, bigint>();
  pending: Pending[] = [];
  openedDay = -1;

  balance(account: string, asset: string): bigint {
    return this.balances.get(`${account} ${asset}`) ?? 0n;
  }

  settled(account: string, asset: string): bigint {
    let settled = this.balance(account, asset);
    for (const leg of this.pending) {
      if (leg.asset !== asset) continue;
      if (leg.to === account) settled -= leg.units;
      if (leg.from === account) settled += leg.units;
    }
    return settled;
  }

  move(asset: string, from: string, to: string, units: bigint, day = -1): void {
    this.balances.set(`${from} ${asset}`, this.balance(from, asset) - units);
    this.balances.set(`${to} ${asset}`, this.balance(to, asset) + units);
    if (day > this.openedDay) this.pending.push({ asset, from, to, units, day });
  }

  open(day: number): void {
    this.openedDay = day;
    this.pending = this.pending.filter((leg) => leg.day > day);
  }

  lotsOf(account: string, asset: string): ModelLot[] {
    return this.lots.get(`${account} ${asset}`) ?? [];
  }

  /** Units bought (positive) or sold for cents paid (positive) or received. */
  trade(account: string, asset: string, units: bigint, cost: bigint, day: number, relief: ModelRelief): void {
    this.paid.set(account, (this.paid.get(account) ?? 0n) + cost);
    const lots = this.lotsOf(account, asset);
    const before = total(lots);
    const held = lots.reduce((sum, lot) => sum + lot.quantity, 0n);
    const opposite = held !== 0n && held > 0n !== units > 0n;
    const closing = opposite ? (abs(units) < abs(held) ? abs(units) : abs(held)) : 0n;
    const closingCost = divided(cost, closing, abs(units));
    let left = lots;
    if (closing > 0n)
      left = withdrawn(
        lots,
        closing,
        typeof relief === "object" && "undo" in relief ? { ...relief, cost: -closingCost } : relief,
      ).left;
    const opening = units > 0n ? units - closing : units + closing;
    if (opening !== 0n) left = entered(left, opening, cost - closingCost, day);
    this.lots.set(`${account} ${asset}`, left);
    this.realised.set(account, (this.realised.get(account) ?? 0n) + total(left) - before - cost);
  }

  /** Takes units out at cost; returns the pieces. */
  withdraw(account: string, asset: string, units: bigint, relief: ModelRelief): ModelLot[] {
    const { left, taken } = withdrawn(this.lotsOf(account, asset), units, relief);
    this.paid.set(account, (this.paid.get(account) ?? 0n) - total(taken));
    this.lots.set(`${account} ${asset}`, left);
    return taken;
  }
}

function total(lots: readonly ModelLot[]): bigint {
  return lots.reduce((sum, lot) => sum + lot.cost, 0n);
}

function entered(lots: readonly ModelLot[], quantity: bigint, cost: bigint, day: number): ModelLot[] {
  const kept = quantity > 0n === cost > 0n ? cost : 0n;
  const after = lots.findIndex((lot) => lot.day > day);
  return lots.toSpliced(after === -1 ? lots.length : after, 0, { quantity, cost: kept, day });
}

/** Which lot leaves next: an index. */
function nextOf(lots: readonly ModelLot[], units: bigint, relief: ModelRelief): number {
  if (relief === "fifo" || relief === "average") return 0;
  if (relief === "lifo") return lots.length - 1;
  if (relief === "hifo") {
    const order = lots.map((_, index) => index);
    order.sort((a, b) => {
      const difference = lots[b].cost * abs(lots[a].quantity) - lots[a].cost * abs(lots[b].quantity);
      return difference === 0n ? a - b : difference > 0n ? 1 : -1;
    });
    return order[0];
  }
  const day = "undo" in relief ? relief.undo : relief.day;
  const ofDay = lots.findIndex((lot) => lot.day === day);
  if (!("undo" in relief)) return ofDay;
  const whole = lots.findIndex((lot) => lot.day === day && abs(lot.quantity) === units && lot.cost === relief.cost);
  return whole !== -1 ? whole : Math.max(ofDay, 0);
}

function withdrawn(
  before: readonly ModelLot[],
  units: bigint,
  relief: ModelRelief,
): { left: ModelLot[]; taken: ModelLot[] } {
  const held = before.reduce((sum, lot) => sum + abs(lot.quantity), 0n);
  const pool = total(before);
  let left = before.map((lot) => ({ ...lot }));
  const taken: ModelLot[] = [];
  let done = 0n;
  while (done < units) {
    const index = nextOf(left, units - done, relief);
    const lot = left[index];
    const piece = abs(lot.quantity) < units - done ? abs(lot.quantity) : units - done;
    const cost =
      relief === "average"
        ? divided(pool, done + piece, held) - divided(pool, done, held)
        : divided(lot.cost, piece, abs(lot.quantity));
    const quantity = lot.quantity > 0n ? piece : -piece;
    taken.push({ quantity, cost, day: lot.day });
    lot.quantity -= quantity;
    lot.cost -= cost;
    done += piece;
    left = left.filter((each) => each.quantity !== 0n);
  }
  if (relief === "average") {
    const rest = pool - total(taken);
    let upTo = 0n;
    for (const lot of left) {
      const share = divided(rest, upTo + abs(lot.quantity), held - units) - divided(rest, upTo, held - units);
      upTo += abs(lot.quantity);
      lot.cost = share;
    }
  }
  return { left, taken };
}
