/**
 * What people and vendors report beside the ledger and what stands until it is reported anew: open items of operations,
 * agreements of subordination, values for options, the markets that the firm makes. The newest report of an identifier
 * replaces the one before; one that says that it is over takes it away. Listed in the order in which they first came.
 */
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import type { Fact, FactOfKind } from "../facts/kinds.ts";
import type { Accounts } from "./accounts.ts";
import type { Instruments } from "./instruments.ts";
import { checkStatistics, checkTerms } from "./margin-report-terms.ts";
import { checkOpenItem } from "./open-item-terms.ts";

/** By kind of fact: what identifies a report of it, and when it is over. */
const REPORTS = {
  "open-item-reported": {
    key: ({ item }) => item,
    isOver: ({ closed = false }) => closed,
  },
  "subordination-agreed": {
    key: ({ agreement }) => agreement,
    // A temporary one stays known when it is over: no more than three are allowed in twelve months.
    isOver: ({ form, principal }) => form !== "temporary" && isZero(principal),
  },
  "subordination-payment-scheduled": {
    key: ({ agreement, due }) => `${agreement} ${due}`,
    isOver: ({ amount }) => isZero(amount),
  },
  "theoretical-values-stated": { key: ({ instrument }) => instrument, isOver: () => false },
  "volatility-stated": { key: ({ instrument }) => instrument, isOver: () => false },
  "market-making-changed": { key: ({ instrument }) => instrument, isOver: ({ makes }) => !makes },
  "interest-rate-stated": { key: ({ currency, days }) => `${currency} ${days}`, isOver: () => false },
  "deferred-tax-stated": { key: ({ item }) => item, isOver: ({ closed = false }) => closed },
  "margin-terms-stated": { key: ({ account }) => account, isOver: () => false },
  "special-memorandum-stated": { key: ({ account }) => account, isOver: () => false },
  "market-statistics-stated": { key: ({ instrument }) => instrument, isOver: () => false },
  "borrow-terms-stated": { key: ({ instrument }) => instrument, isOver: () => false },
  "outside-position-stated": { key: ({ position }) => position, isOver: ({ quantity }) => isZero(quantity) },
  "severe-stress-stated": { key: ({ account }) => account, isOver: ({ deficit }) => isZero(deficit) },
} as const satisfies { readonly [K in Fact["kind"]]?: ReportTerms<K> };

interface ReportTerms<K extends Fact["kind"]> {
  readonly key: (fact: FactOfKind<K>) => string;
  readonly isOver: (fact: FactOfKind<K>) => boolean;
}

function isZero(amount: string): boolean {
  return /^[+-]?0*\.?0*$/.test(amount);
}

export type ReportKind = keyof typeof REPORTS;
export type ReportFact = FactOfKind<ReportKind>;
/** A report without its envelope: what was said, whoever said it when. */
export type Report<K extends ReportKind = ReportKind> = Omit<FactOfKind<K>, "at" | "sourceAt" | "source">;

/** What stood of an identifier, and what stands now. */
interface ReportChange<K extends ReportKind = ReportKind> {
  readonly before: Report<K> | undefined;
  readonly after: Report<K> | undefined;
}

export const REPORT_KINDS = Object.keys(REPORTS) as readonly ReportKind[];

export function isReport(fact: Fact): fact is ReportFact {
  return fact.kind in REPORTS;
}

export class Reports implements Stateful {
  readonly #instruments: Instruments;
  readonly #accounts: Accounts;
  readonly #byKind = new Map<ReportKind, Map<string, Report>>(REPORT_KINDS.map((kind) => [kind, new Map()]));
  readonly #revisions = new Map<ReportKind, number>();
  readonly #latest = new Map<ReportKind, ReportChange>();

  constructor(instruments: Instruments, accounts: Accounts) {
    this.#instruments = instruments;
    this.#accounts = accounts;
  }

  /** What stands of one kind. */
  list<K extends ReportKind>(kind: K): readonly Report<K>[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])] as unknown as readonly Report<K>[];
  }

  /** One more after every change of what stands of one kind. */
  revision(kind: ReportKind): number {
    return this.#revisions.get(kind) ?? 0;
  }

  /** The newest change of one kind, for those who know all before it; undefined where there was none yet. */
  latest<K extends ReportKind>(kind: K): ReportChange<K> | undefined {
    return this.#latest.get(kind) as ReportChange<K> | undefined;
  }

  /**
   * Throws what keeps the fact from being applied: an unknown name, a quantity finer than its instrument is counted, an
   * open item that does not say what its charge needs, statistics that are no numbers.
   */
  check(fact: ReportFact): void {
    const named = fact as { readonly instrument?: string; readonly account?: string; readonly quantity?: string };
    if (named.account !== undefined && this.#accounts.findText(named.account) < 0)
      throw new Trouble("unknown-account", "no such account", { field: "account", value: named.account });
    if (fact.kind === "open-item-reported") checkOpenItem(fact, this.#accounts);
    if (fact.kind === "market-statistics-stated") checkStatistics(fact);
    if (fact.kind === "margin-terms-stated") checkTerms(fact, this.#instruments);
    if (named.instrument === undefined) return;
    const instrument = this.#instruments.findText(named.instrument);
    if (instrument < 0) throw this.#instruments.unknownText(named.instrument);
    if (named.quantity === undefined) return;
    const wire = parseDecimal(named.quantity, QUANTITY_SCALE, "quantity");
    if (!Number.isNaN(this.#instruments.toUnits(instrument, wire))) return;
    throw new Trouble("not-exact", `finer than ${named.instrument} is counted`, {
      field: "quantity",
      value: named.quantity,
      expected: `at most ${this.#instruments.columns.scale[instrument]} decimals`,
    });
  }

  /** The fact has been checked. */
  report(fact: ReportFact): void {
    const { at: _at, sourceAt: _sourceAt, source: _source, ...said } = fact;
    const { key, isOver } = REPORTS[fact.kind] as unknown as ReportTerms<ReportKind>;
    const standing = this.#byKind.get(fact.kind);
    const before = standing?.get(key(fact));
    if (isOver(fact)) standing?.delete(key(fact));
    else standing?.set(key(fact), said);
    this.#revisions.set(fact.kind, this.revision(fact.kind) + 1);
    this.#latest.set(fact.kind, { before, after: standing?.get(key(fact)) });
  }

  /** The same again, to be changed apart. */
  copy(): Reports {
    const copy = new Reports(this.#instruments, this.#accounts);
    for (const [kind, standing] of this.#byKind) copy.#byKind.set(kind, new Map(standing));
    return copy;
  }

  sections(): Section[] {
    return [
      jsonSection(
        "reports",
        REPORT_KINDS.map((kind) => this.list(kind)),
      ),
    ];
  }

  restore(sections: SectionReader): void {
    const all = sections.json("reports") as Report[][];
    for (const [index, kind] of REPORT_KINDS.entries()) {
      const { key } = REPORTS[kind] as unknown as ReportTerms<ReportKind>;
      const reports = (all[index] ?? []).map((said) => [key(said as FactOfKind<ReportKind>), said] as const);
      this.#byKind.set(kind, new Map(reports));
      this.#revisions.set(kind, this.revision(kind) + 1);
      this.#latest.delete(kind);
    }
  }
}
