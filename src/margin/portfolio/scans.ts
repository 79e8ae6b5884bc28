/**
 * The scans that accounts are taken through: the rule's, those of the house, and one for each expected range. Made once for
 * all accounts and one set of rules; every account computed from them shares what they have worked out.
 */
import type { Trouble } from "../../base/errors.ts";
import type { Holding, MarginAccount } from "../account.ts";
import { PortfolioAccount, type ScannedPosition } from "./account.ts";
import type { ExpectedRange, HouseScan } from "./rules.ts";
import { ScanTable } from "./scan.ts";
import { type PortfolioContext, PortfolioView } from "./view.ts";

/** The expected range of one class, and its scan. */
export interface ExpectedScan {
  readonly stated: ExpectedRange;
  readonly classRow: number;
  readonly table: ScanTable;
}

/** What an account holds, as portfolio margin takes it. */
export interface Sorted {
  readonly scanned: PortfolioAccount;
  /** Not eligible: margined by the maintenance rules. */
  readonly others: readonly Holding[];
  readonly troubles: readonly Trouble[];
}

export class PortfolioScans {
  readonly view: PortfolioView;
  readonly rule: ScanTable;
  /** Those of the house that take every class in one range. */
  readonly house: readonly ScanTable[];
  readonly expected: readonly ExpectedScan[];

  constructor(context: PortfolioContext) {
    const { house } = context.rules;
    this.view = new PortfolioView(context);
    this.rule = new ScanTable(this.view);
    this.house = house.scans.map((scan) => new ScanTable(this.view, scan));
    this.expected = house.expectedRanges.map((stated) => ({
      stated,
      classRow: this.view.books.instruments.findText(stated.instrument),
      table: new ScanTable(this.view, scanOf(stated)),
    }));
  }

  /**
   * Values everything anew when it is next needed: a close came, or a volatility, a rate or values were stated. Where an
   * instrument was listed anew, make new scans.
   */
  forget(): void {
    this.view.forget();
    this.rule.forget();
    for (const table of this.house) table.forget();
    for (const { table } of this.expected) table.forget();
  }

  /** Whether a rule of the house for some groups holds for an account. */
  applies(groups: readonly string[] | undefined, { terms }: MarginAccount): boolean {
    return groups === undefined || (terms.houseGroup !== undefined && groups.includes(terms.houseGroup));
  }

  /** Sorts holdings by their treatment; positions of one instrument, in whatever member account, are one. */
  sort(holdings: readonly Pick<Holding, "instrument" | "units" | "account">[]): Sorted {
    const positions = new Map<number, ScannedPosition>();
    const others: Holding[] = [];
    const troubles: Trouble[] = [];
    for (const holding of holdings) {
      const { instrument: row, units } = holding;
      const treatment = this.view.treatment(row);
      if (treatment.treatment === "unknown") troubles.push(treatment.trouble);
      else if (treatment.treatment === "maintenance") others.push(holding);
      else positions.set(row, { row, units: (positions.get(row)?.units ?? 0) + units, placement: treatment });
    }
    const held = [...positions.values()].filter(({ units }) => units !== 0);
    return { scanned: new PortfolioAccount(held), others, troubles };
  }
}

function scanOf({ paragraph, instrument, groups, down, up }: ExpectedRange): HouseScan {
  return {
    name: `expected range of ${instrument}`,
    paragraph,
    groups,
    kinds: undefined,
    range: { down, up },
    deviations: undefined,
    volatility: 1,
    concentratedAbove: undefined,
    isUnleveraged: true,
  };
}
