/**
 * Hedges that the firm elected, and what (J) frees of its haircut: claims on positions, and what is charged in place of
 * their own rates. From scratch, and kept: made anew when a position or a price that it is made of has changed.
 */
import { type Line, line, total } from "../../base/line.ts";
import { type Cents, subtract, toCents, ZERO } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { Claims, Holdings } from "../claims.ts";
import { Classifier } from "../classify.ts";
import { governmentDeduction } from "../haircuts/governments.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { type PartAnswer, type RunningPart, sumsOf } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { RunningPositions } from "../running-positions.ts";
import { type Freed, freedOf } from "./freed.ts";
import { LEG_TYPES, legsOf } from "./legs.ts";
import { CandidateFinder, type Pair, type Plan, planHedges } from "./pairs.ts";

/** From the books alone, of what earlier parts left. */
export function hedgesPart(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day, left: Holdings): PartAnswer {
  return answerOf(books, rules, asOf, left, new Classifier(rules, asOf), new CandidateFinder(rules, asOf));
}

function answerOf(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  left: Holdings,
  classifier: Classifier,
  finder: CandidateFinder,
): PartAnswer {
  const freed = freedOf(books, classifier, rules, asOf, left);
  const convertibles = unitsOf(freed.filter(({ because }) => because === "convertible"));
  const base = { claims: unitsOf(freed), unconcentrated: convertibles };
  const { hedges, primaryDealer } = rules.firm;
  if (hedges.size === 0 && !primaryDealer)
    return { lines: linesOf(freed, books, undefined, rules), troubles: [], ...base };
  const { legs, troubles } = legsOf(books, classifier, rules, left);
  const plan = planHedges(legs, books.instruments, rules, finder.candidates(legs));
  const claims = new Map(base.claims);
  const claim = (row: number, units: number): void => void claims.set(row, (claims.get(row) ?? 0) + units);
  for (const { long, short, longUnits, shortUnits } of plan.pairs) {
    if (!long.isFuture) claim(long.row, longUnits);
    if (!short.isFuture) claim(short.row, shortUnits);
  }
  return {
    lines: linesOf(freed, books, plan, rules),
    ...(primaryDealer && { haircutsOn: primaryDealerLines(governmentsOf(plan, rules), rules) }),
    ...base,
    claims,
    troubles,
  };
}

function unitsOf(freed: readonly Freed[]): ReadonlyMap<number, number> {
  const units = new Map<number, number>();
  for (const each of freed) units.set(each.row, (units.get(each.row) ?? 0) + each.units);
  return units;
}

function linesOf(
  freed: readonly Freed[],
  books: NetCapitalBooks,
  plan: Plan | undefined,
  rules: NetCapitalRules,
): PartAnswer["lines"] {
  const children = [
    ...freed.map((each) => freedLine(each, books, rules)),
    ...(plan?.pairs.map((pair) => pairLine(pair, rules)) ?? []),
    ...(plan === undefined ? [] : deliverablesLine(plan, rules)),
  ];
  if (children.length === 0) return {};
  return { haircuts: [total("haircuts/hedges", "Hedged positions", "15c3-1(c)(2)(vi)(A), (F), (J)", children)] };
}

function freedLine(
  { row, units, because }: Freed,
  { instruments, market }: NetCapitalBooks,
  rules: NetCapitalRules,
): Line {
  const { instrument } = instruments.attributes(row);
  const { convertible, called } = rules.hedgeRules;
  return line(
    `haircuts/hedges/freed/${instrument}`,
    `${instrument}, ${because}: no haircut`,
    (because === "called" ? called : convertible).paragraph,
    ZERO,
    { marketValue: instruments.value(row, units, market.price(row)) },
  );
}

function pairLine({ long, short, longValue, shortValue, rate, charge }: Pair, { hedgeRules }: NetCapitalRules): Line {
  const { governments, corporates } = hedgeRules;
  const isCorporate = long.kind === "corporate" && short.kind === "corporate";
  const paragraph =
    rate === undefined
      ? governments.paragraph
      : isCorporate
        ? corporates.againstCorporatesParagraph
        : corporates.againstGovernmentsParagraph;
  return line(
    `haircuts/hedges/${long.instrument}/${short.instrument}`,
    `${long.instrument} against ${short.instrument}`,
    paragraph,
    charge,
    {
      long: toCents(longValue),
      short: toCents(shortValue),
      ...(rate !== undefined && { rate: formatRate(rate) }),
    },
  );
}

/** What (A) takes more, or less, with what is deliverable against futures among its categories. */
function deliverablesLine({ sides, sidesWithDeliverables }: Plan, rules: NetCapitalRules): Line[] {
  if (!rules.firm.hedges.has("(A)(4)")) return [];
  const { governmentCategories } = rules.schedule;
  const amount = subtract(
    governmentDeduction(sidesWithDeliverables, governmentCategories, rules),
    governmentDeduction(sides, governmentCategories, rules),
  );
  if (amount === 0) return [];
  return [
    line(
      "haircuts/hedges/deliverables",
      "Governments with what is deliverable against futures",
      rules.hedgeRules.deliverableParagraph,
      amount,
    ),
  ];
}

function governmentsOf({ sidesWithDeliverables }: Plan, rules: NetCapitalRules): Cents {
  return governmentDeduction(sidesWithDeliverables, rules.schedule.governmentCategories, rules);
}

/** (A)(5): of what (A) takes, a primary dealer that has enough capital is charged its share only. */
function primaryDealerLines(
  governments: Cents,
  { hedgeRules }: NetCapitalRules,
): (tentative: Cents) => readonly Line[] {
  const { paragraph, least, share } = hedgeRules.primaryDealers;
  const relief = subtract(portion(governments, share), governments);
  const lines = [
    line("haircuts/primary-dealer", "Less: of governments, for a primary dealer", paragraph, relief, {
      share: `${formatRate(share)} of the deduction is charged`,
    }),
  ];
  return (tentative) => (relief !== 0 && tentative >= least ? lines : []);
}

export class RunningHedges implements RunningPart {
  readonly #books: NetCapitalBooks;
  readonly #positions: RunningPositions;
  readonly #claims: Claims;
  #rules: NetCapitalRules | undefined;
  /** Made when they are first needed. */
  #classifier: Classifier | undefined;
  #finder: CandidateFinder | undefined;
  #asOf: Day = -1 as Day;
  /** The rules under which every instrument was judged. */
  #judgedUnder: NetCapitalRules | undefined;
  /** Names of what something converts into. */
  readonly #targets = new Set<string>();
  /** Rows that a plan may be made of, and those of them that were held once. */
  #matters = new Uint8Array(0);
  readonly #held = new Set<number>();
  #claimed: Holdings = new Map();
  #unconcentrated: Holdings = new Map();
  #isStale = true;
  #answer: PartAnswer = { lines: {}, troubles: [] };
  #sums: Float64Array = new Float64Array(0);

  constructor(books: NetCapitalBooks, positions: RunningPositions) {
    this.#books = books;
    this.#positions = positions;
    this.#claims = positions.claimsOf(this);
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    this.#rules = rules;
    this.#asOf = asOf;
    this.#classifier = undefined;
    this.#finder = undefined;
    this.#isStale = true;
    if (this.#judgedUnder === rules) return;
    this.#judgedUnder = rules;
    this.#matters.fill(0);
    this.#held.clear();
    this.#targets.clear();
    for (let row = 0; row < this.#books.instruments.size; row++) this.#judge(row);
  }

  takeOver(trunk: RunningPart): void {
    if (!(trunk instanceof RunningHedges)) return;
    this.#judgedUnder = trunk.#judgedUnder;
    this.#matters = trunk.#matters.slice();
    for (const row of trunk.#held) this.#held.add(row);
    for (const name of trunk.#targets) this.#targets.add(name);
  }

  moved(instrument: number): void {
    if (this.#matters[instrument] !== 1) return;
    this.#held.add(instrument);
    this.#isStale = true;
  }

  priced(instrument: number): boolean {
    if (this.#matters[instrument] !== 1 || this.#positions.units(instrument) === 0) return false;
    return (this.#isStale = true);
  }

  relisted(instrument: number): void {
    this.#judge(instrument);
    this.#finder = undefined;
    this.#isStale = true;
  }

  reported(): void {}

  addTo(sums: Float64Array): boolean {
    if (this.#isStale) this.#refresh();
    if (this.#answer.troubles.length > 0) return false;
    for (let place = 0; place < sums.length; place++) sums[place] += this.#sums[place];
    return true;
  }

  haircutOn(tentative: Cents): Cents {
    const lines = this.#answer.haircutsOn?.(tentative);
    return lines === undefined || lines.length === 0 ? ZERO : lines[0].amount;
  }

  answer(): PartAnswer {
    if (this.#isStale) this.#refresh();
    return this.#answer;
  }

  #refresh(): void {
    if (this.#rules === undefined) return;
    this.#isStale = false;
    const left = new Map([...this.#held].sort((a, b) => a - b).map((row) => [row, this.#claims.left(row)] as const));
    this.#classifier ??= new Classifier(this.#rules, this.#asOf);
    this.#finder ??= new CandidateFinder(this.#rules, this.#asOf);
    this.#answer = answerOf(this.#books, this.#rules, this.#asOf, left, this.#classifier, this.#finder);
    this.#sums = sumsOf([this.#answer]);
    const { claims = new Map<number, number>(), unconcentrated = new Map<number, number>() } = this.#answer;
    for (const row of this.#claimed.keys()) if (!claims.has(row)) this.#claims.claim(row, 0);
    for (const [row, units] of claims) this.#claims.claim(row, units);
    for (const row of this.#unconcentrated.keys()) if (!unconcentrated.has(row)) this.#positions.unconcentrate(row, 0);
    for (const [row, units] of unconcentrated) this.#positions.unconcentrate(row, units);
    this.#claimed = claims;
    this.#unconcentrated = unconcentrated;
  }

  /**
   * Whether a plan may be made of the instrument: what (J) may free and what is short against it; and, where hedges are
   * elected, governments, corporates and futures, whatever they are in detail.
   */
  #judge(row: number): void {
    const { instruments } = this.#books;
    const { type, called, convertsInto } = instruments.attributes(row);
    const name = instruments.attributes(row).instrument;
    if (row >= this.#matters.length) {
      const grown = new Uint8Array(Math.max(row + 1, this.#matters.length * 2));
      grown.set(this.#matters);
      this.#matters = grown;
    }
    if (convertsInto !== undefined) {
      this.#targets.add(convertsInto);
      const target = instruments.findText(convertsInto);
      if (target >= 0 && target < this.#matters.length) this.#include(target);
    }
    const { firm } = this.#rules ?? {};
    const takesLegs = firm !== undefined && (firm.hedges.size > 0 || firm.primaryDealer);
    if (
      called !== undefined ||
      convertsInto !== undefined ||
      this.#targets.has(name) ||
      (takesLegs && LEG_TYPES.has(type))
    )
      this.#include(row);
  }

  #include(row: number): void {
    this.#matters[row] = 1;
    if (this.#positions.units(row) !== 0) this.#held.add(row);
  }
}
