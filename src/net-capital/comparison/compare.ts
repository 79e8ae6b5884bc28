/**
 * Our computation held against another's, total by total, down to why they differ. The breaks of a total add up to its
 * difference to the cent: what no finer reason is known for is a break of its own that says so.
 */
import { assert } from "../../base/assert.ts";
import type { Line } from "../../base/line.ts";
import { type Cents, negate, subtract, sum, ZERO } from "../../base/money.ts";
import { type Break, MARKET_VALUE, UNEXPLAINED } from "./breaks.ts";
import { isDeducted, type Node, type Structure } from "./structure.ts";
import type { TheirLine } from "./theirs.ts";

export interface ComparedLine {
  readonly code: string;
  readonly label: string;
  readonly depth: number;
  readonly ours: Cents;
  readonly theirs: Cents;
  readonly difference: Cents;
}

export interface ComparedTotal {
  readonly code: string;
  readonly label: string;
  readonly ours: Cents;
  readonly theirs: Cents;
  readonly difference: Cents;
  /** Their amounts add up to the difference. */
  readonly breaks: readonly Break[];
  /** What of the difference only says that it is there. */
  readonly unexplained: Cents;
  /** Every line of the total that both sides have. */
  readonly lines: readonly ComparedLine[];
}

export interface Comparison {
  readonly totals: readonly ComparedTotal[];
  /** Lines of theirs that are nowhere in our computation; they are in no difference. */
  readonly unmatched: readonly TheirLine[];
}

export interface ComparisonSettings {
  /** A difference of a line within this is rounding. */
  readonly rounding: Cents;
  /** Breaks in positions, by the code of the line of ours that they are in. */
  readonly positions: ReadonlyMap<string, readonly Break[]>;
}

export function compareLines(
  structure: Structure,
  theirs: readonly TheirLine[],
  settings: ComparisonSettings,
): Comparison {
  const matching = new Matching(structure, theirs);
  const totals = structure.nodes.flatMap((node) => new Comparing(matching, settings).total(node) ?? []);
  return { totals, unmatched: matching.unmatched };
}

/** Which of their lines is which of ours, and below which of ours one stands that we do not have. */
class Matching {
  readonly #stated = new Map<string, TheirLine>();
  readonly #strangers = new Map<string, TheirLine[]>();
  readonly unmatched: readonly TheirLine[];

  constructor({ nodes, known }: Structure, theirs: readonly TheirLine[]) {
    const ours = new Map<string, Node>();
    const labels = new Map<string, Node | undefined>();
    const walk = (node: Node): void => {
      if (!ours.has(node.code)) {
        ours.set(node.code, node);
        const label = normal(node.label);
        labels.set(label, labels.has(label) ? undefined : node);
      }
      for (const child of node.children) walk(child);
    };
    for (const node of nodes) walk(node);
    const unmatched: TheirLine[] = [];
    const place = (line: TheirLine, below: Node | undefined): void => {
      // What follows from the totals, or stands below a line that is no sum, is known and makes no difference of its own.
      if (line.code !== undefined && !ours.has(line.code) && known.has(line.code)) {
        for (const child of line.children) place(child, below);
        return;
      }
      const found =
        line.code === undefined
          ? (below?.children.find(({ label }) => normal(label) === normal(line.label)) ??
            labels.get(normal(line.label)))
          : ours.get(line.code);
      const parent = below ?? (line.code === undefined ? undefined : nearestAbove(line.code, ours));
      if (found !== undefined && !this.#stated.has(found.code)) this.#stated.set(found.code, line);
      else if (line.amount !== 0 && parent !== undefined)
        this.#strangers.set(parent.code, [...(this.#strangers.get(parent.code) ?? []), line]);
      else if (line.amount !== 0) unmatched.push(line);
      if (found !== undefined) for (const child of line.children) place(child, found);
    };
    for (const line of theirs) place(line, undefined);
    this.unmatched = unmatched;
  }

  stated(code: string): TheirLine | undefined {
    return this.#stated.get(code);
  }

  /** Lines of theirs below one of ours that we do not have. */
  strangers(code: string): readonly TheirLine[] {
    return this.#strangers.get(code) ?? [];
  }
}

function normal(label: string): string {
  return label
    .toLowerCase()
    .replace(/^less: /, "")
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
}

/** "non-allowable/ledger/Goodwill" stands below "non-allowable". */
function nearestAbove(code: string, ours: ReadonlyMap<string, Node>): Node | undefined {
  for (let end = code.lastIndexOf("/"); end > 0; end = code.lastIndexOf("/", end - 1)) {
    const found = ours.get(code.slice(0, end));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A node of which they say something, or do not. */
interface Entry {
  readonly node: Node;
  /** How it enters the total that it is listed under. */
  readonly sign: 1 | -1;
  /** Undefined: they say nothing of it, nor of anything below it. */
  readonly compared: Compared | undefined;
}

interface Compared {
  readonly theirs: Cents;
  readonly breaks: readonly Break[];
}

class Comparing {
  readonly #matching: Matching;
  readonly #settings: ComparisonSettings;
  readonly #lines: ComparedLine[] = [];

  constructor(matching: Matching, settings: ComparisonSettings) {
    this.#matching = matching;
    this.#settings = settings;
  }

  total(node: Node): ComparedTotal | undefined {
    if (!this.#isDetailed(node) && this.#matching.stated(node.code) === undefined) return undefined;
    const { theirs, breaks } = this.#compare(node, 0);
    const { code, label, amount } = node;
    const difference = subtract(amount, theirs);
    assert(sum(breaks.map((each) => each.amount)) === difference, "the breaks of a total add up to its difference");
    const unexplained = sum(breaks.filter(({ reason }) => UNEXPLAINED.has(reason)).map((each) => each.amount));
    return { code, label, ours: amount, theirs, difference, breaks, unexplained, lines: this.#lines };
  }

  /** Whether they say anything of what is below. */
  #isDetailed(node: Node): boolean {
    return (
      this.#matching.strangers(node.code).length > 0 ||
      node.children.some((child) => this.#matching.stated(child.code) !== undefined || this.#isDetailed(child))
    );
  }

  /** A node that they state, or the total itself. */
  #compare(node: Node, depth: number): Compared {
    const place = this.#lines.length;
    const stated = this.#matching.stated(node.code)?.amount;
    const strangers = this.#matching.strangers(node.code);
    const whole = this.#whole(node, stated ?? sum(strangers.map((line) => line.amount)));
    // Positions say more than the lines in between, where they say all.
    const isSaid = stated !== undefined && this.#settings.positions.has(node.code) && isExplained(whole);
    const compared =
      !isSaid && node.children.length > 0 && this.#isDetailed(node)
        ? this.#byDetail(node, stated, this.#entriesBelow(node, 1, depth))
        : whole;
    const { code, label, amount } = node;
    const { theirs } = compared;
    this.#lines.splice(place, 0, { code, label, depth, ours: amount, theirs, difference: subtract(amount, theirs) });
    return compared;
  }

  /** The nodes that enter one, down to those that they state; a line in between that they leave out is passed over. */
  #entriesBelow({ children }: Node, sign: 1 | -1, depth: number): Entry[] {
    return children.flatMap((child): Entry[] => {
      const own = (sign * child.sign) as 1 | -1;
      const isStated = this.#matching.stated(child.code) !== undefined;
      if (isStated || (this.#isDetailed(child) && child.children.length === 0))
        return [{ node: child, sign: own, compared: this.#compare(child, depth + 1) }];
      if (this.#isDetailed(child))
        return [...this.#strangersBelow(child, own), ...this.#entriesBelow(child, own, depth)];
      return [{ node: child, sign: own, compared: undefined }];
    });
  }

  /** Lines that only they have, below a line that they leave out. */
  #strangersBelow(node: Node, sign: 1 | -1): Entry[] {
    return this.#matching.strangers(node.code).map(({ code, label, amount }) => {
      const own = { ...node, code: code ?? node.code, label, amount: ZERO, children: [], lines: [] };
      const breaks: Break[] = [{ ...of(own), reason: "only-theirs", amount: negate(amount) }];
      return { node: own, sign, compared: { theirs: amount, breaks } };
    });
  }

  /** By what is below, and what their total has beyond it. */
  #byDetail(node: Node, stated: Cents | undefined, below: readonly Entry[]): Compared {
    const entries = [...this.#strangersBelow(node, 1), ...below];
    const breaks = entries.flatMap(({ sign, compared }) => (compared?.breaks ?? []).map((each) => turned(each, sign)));
    const shown = sum(entries.map(({ sign, compared }) => turnedAmount(compared?.theirs ?? ZERO, sign)));
    const absent = entries.filter(({ node: each, compared }) => compared === undefined && each.amount !== 0);
    const theirs = stated ?? shown;
    const hidden = subtract(theirs, shown);
    const rest = subtract(sum(absent.map(({ node: each, sign }) => turnedAmount(each.amount, sign))), hidden);
    if (rest === 0) return { theirs, breaks };
    if (this.#isRounding(rest))
      return { theirs, breaks: [...breaks, { ...of(node), reason: "rounding", amount: rest }] };
    if (!this.#isRounding(hidden))
      return { theirs, breaks: [...breaks, { ...of(node), reason: "not-detailed", amount: rest }] };
    for (const { node: each, sign } of absent)
      breaks.push({ ...of(each), reason: "only-ours", amount: turnedAmount(each.amount, sign) });
    if (hidden !== 0) breaks.push({ ...of(node), reason: "rounding", amount: negate(hidden) });
    return { theirs, breaks };
  }

  /** A line of which they give the whole only: by positions where they gave them, and what is left by itself. */
  #whole(node: Node, theirs: Cents): Compared {
    const difference = subtract(node.amount, theirs);
    if (difference === 0) return { theirs, breaks: [] };
    const breaks = node.lines.flatMap(({ line, sign }) => this.#inPositions(node, line, sign));
    const rest = subtract(difference, sum(breaks.map(({ amount }) => amount)));
    if (rest !== 0)
      breaks.push({ ...of(node), reason: this.#isRounding(rest) ? "rounding" : "other-amount", amount: rest });
    return { theirs, breaks };
  }

  #inPositions(node: Node, line: Line, sign: 1 | -1): Break[] {
    const own = this.#settings.positions.get(line.code);
    if (own !== undefined) return own.filter((each) => isPart(each, node)).map((each) => turned(each, sign));
    return line.children.flatMap((child) =>
      this.#inPositions(node, child, isDeducted(child.code) ? (-sign as 1 | -1) : sign),
    );
  }

  #isRounding(amount: Cents): boolean {
    return Math.abs(amount) <= this.#settings.rounding;
  }
}

/**
 * Whether a break in a position says something of this line. Who does not have a position has what it cost instead, so in
 * equity as a whole it is nothing; another price is.
 */
function isPart({ code, reason }: Break, node: Node): boolean {
  return code !== MARKET_VALUE || node.code === MARKET_VALUE || reason === "other-price";
}

function isExplained({ breaks }: Compared): boolean {
  return breaks.every(({ reason }) => !UNEXPLAINED.has(reason));
}

const NOTHING_SAID = { instrument: undefined, ours: undefined, theirs: undefined };

function of({ code, label }: Node): Pick<Break, "code" | "label" | "instrument" | "ours" | "theirs"> {
  return { ...NOTHING_SAID, code, label };
}

function turned(each: Break, sign: 1 | -1): Break {
  return sign === 1 ? each : { ...each, amount: negate(each.amount) };
}

function turnedAmount(amount: Cents, sign: 1 | -1): Cents {
  return sign === 1 ? amount : negate(amount);
}
