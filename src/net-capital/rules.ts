/**
 * The net-capital rulebook as numbers: rates as exact ratios, dollars as cents, the haircuts as a schedule of buckets. Read
 * from the document that was activated, so that every figure can name the version of the rules behind it.
 */
import type { Origin } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import { parseRate, type Rate } from "../base/rate.ts";
import { type Day, parseDay } from "../base/time.ts";
import { loadRulebook } from "../rulebook/load.ts";
import type { ActivatedRulebook, RulebookStore } from "../rulebook/store.ts";
import { parseSignedDollars, parseSpan, type Span } from "../rulebook/terms.ts";
import { type FirmSection, NET_CAPITAL, type NetCapitalDocument, netCapitalSchema } from "./rules-document.ts";
import { judgeNetCapital } from "./rules-judge.ts";
import { buildSchedule, type Schedule } from "./schedule.ts";

export interface Tier {
  readonly name: string;
  /** Holds while net capital is below this share of the requirement. */
  readonly below: Rate;
  readonly paragraph: string;
  readonly meaning: string;
}

export interface NoticeRule {
  readonly code: string;
  readonly test: NetCapitalDocument["notices"][number]["test"];
  readonly share: Rate;
  readonly paragraph: string;
  /** How soon notice is due, in words. */
  readonly within: string;
}

interface MinimumRules {
  readonly paragraph: string;
  readonly indebtedness: {
    readonly paragraph: string;
    readonly share: Rate;
    readonly firstYearShare: Rate;
    readonly firstYear: Span;
  };
  readonly alternative: { readonly paragraph: string; readonly share: Rate; readonly dollars: Cents };
  /** The dollar minimum of the firm's activity, or what was imposed above it. */
  readonly dollars: Cents;
  readonly dollarsParagraph: string;
}

interface Firm {
  readonly method: "aggregate-indebtedness" | "alternative";
  readonly activity: string;
  /** Undefined: more than a year ago. */
  readonly commencedBusiness: Day | undefined;
  readonly governmentNetting: "(A)(1)" | "(A)(2)";
  readonly commitmentAddBack: boolean;
}

export interface EquityRates {
  readonly paragraph: string;
  readonly greaterSide: Rate;
  readonly lesserSide: Rate;
  /** The part of the lesser side that carries no charge, as a share of the greater side. */
  readonly lesserSideAllowance: Rate;
}

export interface ConcentrationRules {
  readonly paragraph: string;
  /** Of net capital before haircuts. */
  readonly share: Rate;
  readonly equityFloor: Cents;
  readonly equityFloorShares: number;
  readonly debtFloor: Cents;
  readonly municipalBondTrigger: Cents;
  readonly municipalNoteTrigger: Cents;
  /** The least of the floors: no position up to this is ever charged. */
  readonly leastFloor: Cents;
}

export interface CommitmentRules {
  readonly paragraph: string;
  readonly unlistedEquityRate: Rate;
  readonly addBackAbove: Cents;
  readonly addBackMost: Cents;
}

export interface NetCapitalRules {
  readonly version: string;
  readonly effective: Day;
  readonly firm: Firm;
  readonly minimum: MinimumRules;
  /** From the mildest, which holds first, to the gravest. */
  readonly tiers: readonly Tier[];
  readonly notices: readonly NoticeRule[];
  readonly schedule: Schedule;
  /** Of the lesser side's deductions, (A)(1). */
  readonly governmentAddOn: Rate;
  readonly municipalNoteLife: Span;
  readonly shortPaperLife: Span;
  readonly equities: EquityRates;
  readonly readyMarketMakers: number;
  readonly majorCurrencies: ReadonlySet<string>;
  readonly concentration: ConcentrationRules;
  readonly commitments: CommitmentRules;
}

/** Reads a rulebook; throws the first thing that is wrong with it, with its line and column. */
export function readNetCapitalRules(text: string, origin: Origin = {}): NetCapitalRules {
  return rulesOf(loadRulebook(text, netCapitalSchema, origin, judgeNetCapital));
}

const read = new WeakMap<ActivatedRulebook, NetCapitalRules>();

/** The rules of an activated document, read once. Throws as `readNetCapitalRules` does. */
export function rulesOfActivated(active: ActivatedRulebook): NetCapitalRules {
  const known = read.get(active);
  if (known !== undefined) return known;
  const rules = readNetCapitalRules(active.document, { file: `${NET_CAPITAL} ${active.version}` });
  read.set(active, rules);
  return rules;
}

/** The rules in force on `day`, or undefined where no rulebook of this name is. */
export function netCapitalRulesInForce(store: RulebookStore, day: Day): NetCapitalRules | undefined {
  const active = store.inForce(NET_CAPITAL, day);
  return active === undefined ? undefined : rulesOfActivated(active);
}

function rulesOf(document: NetCapitalDocument): NetCapitalRules {
  const { firm, minimum, haircuts } = document;
  const { governments, municipalNotes, shortPaper, equities, limitedMarket, currencies } = haircuts;
  return {
    version: document.version,
    effective: parseDay(document.effective),
    firm: firmOf(firm),
    minimum: minimumOf(minimum, firm),
    tiers: document.tiers
      .map((tier) => ({ ...tier, below: parseRate(tier.below) }))
      .sort((a, b) => compareRates(b.below, a.below)),
    notices: document.notices.map((notice) => ({ ...notice, share: parseRate(notice.share) })),
    schedule: buildSchedule(haircuts),
    governmentAddOn: parseRate(governments.lesserSideAddOn),
    municipalNoteLife: parseSpan(municipalNotes.atIssue),
    shortPaperLife: parseSpan(shortPaper.atIssue),
    equities: {
      paragraph: equities.paragraph,
      greaterSide: parseRate(equities.greaterSide),
      lesserSide: parseRate(equities.lesserSide),
      lesserSideAllowance: parseRate(equities.lesserSideAllowance),
    },
    readyMarketMakers: limitedMarket.readyMarketMakers,
    majorCurrencies: new Set(currencies.major),
    concentration: concentrationOf(haircuts.concentration),
    commitments: {
      paragraph: haircuts.commitments.paragraph,
      unlistedEquityRate: parseRate(haircuts.commitments.unlistedEquityRate),
      addBackAbove: parseSignedDollars(haircuts.commitments.addBackAbove),
      addBackMost: parseSignedDollars(haircuts.commitments.addBackMost),
    },
  };
}

function firmOf(firm: FirmSection): Firm {
  const { method, activity, commencedBusiness, governmentNetting, commitmentAddBack } = firm;
  return {
    method,
    activity,
    commencedBusiness: commencedBusiness === undefined ? undefined : parseDay(commencedBusiness),
    governmentNetting,
    commitmentAddBack,
  };
}

function minimumOf(minimum: NetCapitalDocument["minimum"], firm: FirmSection): MinimumRules {
  const { aggregateIndebtedness, alternative, activities } = minimum;
  const own = activities.find(({ activity }) => activity === firm.activity) ?? activities[0];
  const ofActivity = parseSignedDollars(own.dollars);
  const stated = firm.minimumDollar === undefined ? ofActivity : parseSignedDollars(firm.minimumDollar);
  return {
    paragraph: minimum.paragraph,
    indebtedness: {
      paragraph: aggregateIndebtedness.paragraph,
      share: parseRate(aggregateIndebtedness.share),
      firstYearShare: parseRate(aggregateIndebtedness.firstYearShare),
      firstYear: parseSpan(aggregateIndebtedness.firstYear),
    },
    alternative: {
      paragraph: alternative.paragraph,
      share: parseRate(alternative.shareOfDebitItems),
      dollars: parseSignedDollars(alternative.dollars),
    },
    dollars: stated,
    dollarsParagraph: stated === ofActivity ? own.paragraph : `${own.paragraph}, as stated for the firm`,
  };
}

function concentrationOf(concentration: NetCapitalDocument["haircuts"]["concentration"]): ConcentrationRules {
  const equityFloor = parseSignedDollars(concentration.equityFloor);
  const debtFloor = parseSignedDollars(concentration.debtFloor);
  const municipalBondTrigger = parseSignedDollars(concentration.municipalBondTrigger);
  const municipalNoteTrigger = parseSignedDollars(concentration.municipalNoteTrigger);
  return {
    paragraph: concentration.paragraph,
    share: parseRate(concentration.share),
    equityFloor,
    equityFloorShares: concentration.equityFloorShares,
    debtFloor,
    municipalBondTrigger,
    municipalNoteTrigger,
    leastFloor: Math.min(equityFloor, debtFloor, municipalBondTrigger, municipalNoteTrigger) as Cents,
  };
}

/** Below zero where `a` is the smaller. */
function compareRates(a: Rate, b: Rate): number {
  return a.numerator * b.denominator - b.numerator * a.denominator;
}
