/**
 * The explanation of portfolio margin: for each market group its product groups, classes and positions, with what each gains
 * or loses at every point. Amounts are losses at the point that decides, so that children always sum to their parent.
 */
import { assert } from "../../base/assert.ts";
import { type Line, line, total } from "../../base/line.ts";
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import { POINTS } from "../../books/stated-values.ts";
import { fold, type PortfolioAccount } from "./account.ts";
import { moveAt, type ScanTable, wholeCents } from "./scan.ts";
import type { FoundVolatility } from "./view.ts";

/** By what prices move at each point, and how that is said. */
interface Points {
  readonly moves: readonly number[];
  readonly labels: readonly string[];
}

interface Profiled {
  readonly line: (point: number) => Line;
  readonly profit: readonly number[];
}

/** The lines of the account's market groups under `root`, in a scan that knows all it needs. */
export function marketLines(account: PortfolioAccount, scan: ScanTable, slots: Int32Array, root: string): Line[] {
  const explained = new Explained(account, scan, slots, root);
  return Array.from({ length: account.markets }, (_, market) => explained.market(market));
}

class Explained {
  readonly #account: PortfolioAccount;
  readonly #scan: ScanTable;
  readonly #slots: Int32Array;
  readonly #root: string;
  /** Room to compute in; what is kept is copied out. */
  readonly #from = new Float64Array(POINTS);
  readonly #into = new Float64Array(POINTS);
  /** Gains and losses by point, as they were last said. */
  #said: { labels: readonly string[]; profit: readonly number[]; points: Readonly<Record<string, Cents>> } | undefined;
  /** By class. */
  readonly #pointsBy: (Points | undefined)[] = [];

  constructor(account: PortfolioAccount, scan: ScanTable, slots: Int32Array, root: string) {
    this.#account = account;
    this.#scan = scan;
    this.#slots = slots;
    this.#root = root;
  }

  market(market: number): Line {
    const { positions, firstOf, marketOf, classes } = this.#account;
    const own: number[] = [];
    for (let index = 0; index < classes; index++) if (marketOf[index] === market) own.push(index);
    const groups = new Map<string, number[]>();
    for (const index of own) {
      const { group } = positions[firstOf[index]].placement;
      groups.set(group, [...(groups.get(group) ?? []), index]);
    }
    const placement = positions[firstOf[own[0]]].placement;
    const parts = [...groups].map(([group, indices]) => this.#group(group, indices, groups.size > 1));
    const profit = sumOf(parts);
    const worst = worstPoint(profit);
    const loss = Math.max(0, -profit[worst]);
    const code = `${this.#root}/${placement.market}`;
    const children = parts.map((part) => part.line(worst));
    const rest = loss + profit[worst];
    if (rest !== 0)
      children.push(
        line(`${code}/gain`, "A gain at every point requires nothing", paragraph(this.#scan), rest as Cents),
      );
    children.push(...this.#minimum(code, own, loss));
    return total(code, `Portfolio ${placement.market}`, paragraph(this.#scan), children, {
      ...this.#points(profit, own),
      decides: this.#label(worst, own),
    });
  }

  /** What the least for each contract adds to the largest loss. */
  #minimum(code: string, classes: readonly number[], loss: number): Line[] {
    const { positions, firstOf } = this.#account;
    let least = 0;
    let contracts = 0;
    for (const index of classes) {
      for (let at = firstOf[index]; at < firstOf[index + 1]; at++) {
        const { units, placement } = positions[at];
        if (placement.minimum > 0) contracts += Math.abs(units);
        least += this.#account.leastOf(at, this.#scan.worth(this.#slots[at], units));
      }
    }
    if (least <= loss) return [];
    const { minimum } = this.#scan.view.rules;
    const inputs = { contracts: String(contracts), least: least as Cents };
    return [
      line(`${code}/minimum`, "Up to the least for each contract", minimum.paragraph, (least - loss) as Cents, inputs),
    ];
  }

  /** A product group; what it passes on to its market group where there are others. */
  #group(group: string, classes: readonly number[], isOffset: boolean): Profiled {
    const { positions, firstOf } = this.#account;
    const { marketOffset } = positions[firstOf[classes[0]]].placement;
    const parts = classes.map((index) => this.#class(index));
    const profit = sumOf(parts);
    const passed = this.#folded(profit, marketOffset);
    const code = `${this.#root}/${positions[firstOf[classes[0]]].placement.market}/${group}`;
    return {
      profit: isOffset ? passed : profit,
      line: (point) => {
        const children = parts.map((part) => part.line(point));
        if (isOffset && passed[point] !== profit[point])
          children.push(this.#uncounted(code, profit[point] - passed[point]));
        return total(code, `Product group ${group}`, paragraph(this.#scan), children, this.#points(profit, classes));
      },
    };
  }

  #class(index: number): Profiled {
    const { positions, firstOf } = this.#account;
    const { placement } = positions[firstOf[index]];
    const { instruments } = this.#scan.view.books;
    const name = instruments.attributes(placement.classRow).instrument;
    this.#account.profitOf(index, this.#scan, this.#slots, this.#from);
    const gross = listed(this.#from);
    const profit = this.#folded(gross, placement.groupOffset);
    const code = `${this.#root}/${placement.market}/${placement.group}/${name}`;
    return {
      profit,
      line: (point) => {
        const children: Line[] = [];
        for (let at = firstOf[index]; at < firstOf[index + 1]; at++)
          children.push(this.#position(code, at, point, index));
        if (profit[point] !== gross[point]) children.push(this.#uncounted(code, gross[point] - profit[point]));
        return total(code, `Class ${name}`, paragraph(this.#scan), children, this.#points(gross, [index]));
      },
    };
  }

  #position(code: string, at: number, point: number, index: number): Line {
    const { row, units, placement } = this.#account.positions[at];
    const slot = this.#slots[at];
    const profit: number[] = [];
    for (let each = 0; each < POINTS; each++)
      profit[each] = wholeCents(units * this.#scan.change[slot * POINTS + each]);
    const { instrument } = this.#scan.view.books.instruments.attributes(row);
    const found = this.#scan.volatilityOf(slot);
    return line(`${code}/${instrument}`, instrument, this.#scan.view.rules.rangesParagraph, negative(profit[point]), {
      units: String(units),
      value: this.#scan.worth(slot, units) as Cents,
      ...this.#points(profit, [index]),
      ...(placement.form === "option" && { values: valuesWords(this.#scan, row, found) }),
    });
  }

  /** What of a gain does not count, as an addition to the loss. */
  #uncounted(code: string, amount: number): Line {
    const { offsets } = this.#scan.view.rules;
    return line(`${code}/not-offset`, "Of the gain, what may not offset losses", offsets.paragraph, amount as Cents);
  }

  /** What of gains and losses counts: losses in full. */
  #folded(profit: readonly number[], { numerator, denominator }: Rate): number[] {
    this.#from.set(profit);
    this.#into.fill(0);
    fold(this.#from, this.#into, numerator, denominator);
    return listed(this.#into);
  }

  /** Gains and losses by point. */
  #points(profit: readonly number[], classes: readonly number[]): Readonly<Record<string, Cents>> {
    const { labels } = this.#pointsOf(classes);
    const said = this.#said;
    // A position, its class and its groups are often one and the same.
    if (said?.labels === labels && said.profit.every((cents, point) => cents === profit[point])) return said.points;
    const points: Record<string, Cents> = {};
    for (let point = 0; point < POINTS; point++) points[labels[point]] = unsignedZero(profit[point]);
    this.#said = { labels, profit, points };
    return points;
  }

  #label(point: number, classes: readonly number[]): string {
    return this.#pointsOf(classes).labels[point];
  }

  /** Points as the shares by which prices move, where all classes move by the same; else their numbers. */
  #pointsOf(classes: readonly number[]): Points {
    const first = this.#pointsOfClass(classes[0]);
    const others = classes.map((index) => this.#pointsOfClass(index)).filter((points) => points !== first);
    if (others.length === 0) return first;
    const { moves, labels } = first;
    return {
      moves,
      labels: labels.map((label, point) =>
        others.every((other) => other.moves[point] === moves[point]) ? label : `point ${point + 1}`,
      ),
    };
  }

  #pointsOfClass(index: number): Points {
    return (this.#pointsBy[index] ??= this.#findPoints(index));
  }

  #findPoints(index: number): Points {
    const { placement } = this.#account.positions[this.#account.firstOf[index]];
    const range = this.#scan.rangeOf(placement);
    assert("down" in range, "a scan that knows its values knows its ranges");
    const leverage = this.#scan.leverageOf(placement);
    const moves: number[] = [];
    for (let point = 0; point < POINTS; point++) moves.push(moveAt(point, range, leverage));
    const same = this.#pointsBy.find((points) => points?.moves.every((move, point) => move === moves[point]));
    return same ?? { moves, labels: moves.map(percentage) };
  }
}

function sumOf(parts: readonly Profiled[]): number[] {
  const sums = listed(parts[0].profit);
  for (const { profit } of parts.slice(1)) for (let point = 0; point < POINTS; point++) sums[point] += profit[point];
  return sums;
}

/** As a plain array: arrays of numbers this short are cheaper than typed ones. */
function listed(profit: ArrayLike<number>): number[] {
  const list: number[] = [];
  for (let point = 0; point < POINTS; point++) list.push(profit[point]);
  return list;
}

/** "+3%", "-1.6%". */
export function percentage(move: number): string {
  return `${move > 0 ? "+" : ""}${Number((move * 100).toFixed(4))}%`;
}

function valuesWords(scan: ScanTable, row: number, found: FoundVolatility | undefined): string {
  if (scan.scan === undefined && scan.view.isStated(row)) return "as a vendor stated them";
  if (found === undefined) return "unknown";
  const words = {
    stated: "as stated",
    close: "implied at the last close",
    now: "implied now",
    neighbour: "of the nearest option",
  };
  return `our model, volatility ${(found.volatility * 100).toFixed(2)}% ${words[found.from]}`;
}

function paragraph({ scan, view }: ScanTable): string {
  return scan?.paragraph ?? view.rules.paragraph;
}

/** The first point with the least. */
function worstPoint(profit: readonly number[]): number {
  let worst = 0;
  for (let point = 1; point < POINTS; point++) if (profit[point] < profit[worst]) worst = point;
  return worst;
}

/** Without a negative zero. */
function unsignedZero(cents: number): Cents {
  return (cents === 0 ? 0 : cents) as Cents;
}

function negative(cents: number): Cents {
  return (cents === 0 ? 0 : -cents) as Cents;
}
