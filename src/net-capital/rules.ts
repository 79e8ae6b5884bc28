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
import { type CapitalRules, capitalRulesOf } from "./capital/rules.ts";
import {
  type CommodityRules,
  commodityRulesOf,
  type FuturesMembership,
  type SwapRules,
  swapRulesOf,
} from "./commodities/rules.ts";
import { type HedgeElection, type HedgeRules, hedgeRulesOf } from "./hedges/rules.ts";
import { type HouseRule, houseRulesOf } from "./house-rules/rules.ts";
import { type OpenItemRules, openItemRulesOf } from "./open-items/rules.ts";
import { type OptionsRules, optionsRulesOf } from "./options/rules.ts";
import { type FirmSection, NET_CAPITAL, type NetCapitalDocument, netCapitalSchema } from "./rules-document.ts";
import { judgeNetCapital } from "./rules-judge.ts";
import { buildSchedule, type Schedule } from "./schedule.ts";
import { type NoticeRule, noticesOf, type Tier, tiersOf, type WatchRules, watchRulesOf } from "./watch/rules.ts";

interface MinimumRules {
  readonly paragraph: string;
  readonly indebtedness: {
    readonly paragraph: string;
    readonly share: Rate;
    readonly firstYearShare: Rate;
    readonly firstYear: Span;
  };
  readonly alternative: {
    readonly paragraph: string;
    readonly share: Rate;
    readonly dollars: Cents;
    /** By which debit items are reduced in the reserve formula. */
    readonly reduction: Rate;
  };
  /** The dollar minimum of the firm's activity, or what was imposed above it. */
  readonly dollars: Cents;
  readonly dollarsParagraph: string;
  /** Whether the firm carries or clears accounts: FINRA 4110 and 4120. */
  readonly carries: boolean;
  /** No ratio requirement, (a)(5). */
  readonly withoutRatio: boolean;
  /** Of the risk margin amount, on top of the ratio requirement, (a)(7) and (10); undefined for most firms. */
  readonly riskMargin: Rate | undefined;
  /** The least net capital before haircuts, and below what notice is due. */
  readonly tentative: Cents | undefined;
  readonly tentativeNotice: Cents | undefined;
}

interface Firm {
  readonly name: string | undefined;
  readonly method: "aggregate-indebtedness" | "alternative";
  readonly activity: string;
  /** Undefined: more than a year ago. */
  readonly commencedBusiness: Day | undefined;
  readonly governmentNetting: "(A)(1)" | "(A)(2)";
  readonly commitmentAddBack: boolean;
  readonly options: "strategy-based" | "theoretical-pricing";
  readonly ownModelEstimate: boolean;
  readonly hedges: ReadonlySet<HedgeElection>;
  readonly primaryDealer: boolean;
  readonly futuresMembership: FuturesMembership;
  readonly futuresCommissionMerchant: boolean;
  /** What debit items are reduced by in the reserve formula, (a)(1)(ii)(A). */
  readonly reserveComputedDaily: boolean;
  /** Elects (a)(8)(iv) for its aged fails. */
  readonly municipalBrokersBroker: boolean;
  /** Whether the books show a customer's deficit, because every security of every customer is in them. */
  readonly deficitsFromBooks: boolean;
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
  /** What (M)(3) is, what of a municipal issue is charged, and what counts of an issue that is long and short. */
  readonly floor: NetCapitalDocument["readings"]["concentrationFloor"];
  readonly municipals: NetCapitalDocument["readings"]["municipalConcentration"];
  readonly sides: NetCapitalDocument["readings"]["concentrationSides"];
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
  readonly watch: WatchRules;
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
  readonly capital: CapitalRules;
  readonly hedgeRules: HedgeRules;
  readonly commodities: CommodityRules;
  readonly swaps: SwapRules;
  readonly openItems: OpenItemRules;
  /** What the firm takes beyond the rule. */
  readonly houseRules: readonly HouseRule[];
  readonly options: OptionsRules;
  readonly readings: NetCapitalDocument["readings"];
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
    tiers: tiersOf(document.tiers),
    notices: noticesOf(document.notices),
    watch: watchRulesOf(document.watch),
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
    concentration: concentrationOf(haircuts.concentration, document.readings),
    commitments: {
      paragraph: haircuts.commitments.paragraph,
      unlistedEquityRate: parseRate(haircuts.commitments.unlistedEquityRate),
      addBackAbove: parseSignedDollars(haircuts.commitments.addBackAbove),
      addBackMost: parseSignedDollars(haircuts.commitments.addBackMost),
    },
    capital: capitalRulesOf(document.capital),
    hedgeRules: hedgeRulesOf(document.hedges),
    commodities: commodityRulesOf(document.commodities),
    swaps: swapRulesOf(document.swaps),
    openItems: openItemRulesOf(document.openItems),
    houseRules: houseRulesOf(document.houseRules),
    options: optionsRulesOf(document.options),
    readings: document.readings,
  };
}

function firmOf(firm: FirmSection): Firm {
  const { method, activity, commencedBusiness, governmentNetting, commitmentAddBack } = firm;
  return {
    name: firm.name,
    method,
    activity,
    commencedBusiness: commencedBusiness === undefined ? undefined : parseDay(commencedBusiness),
    governmentNetting,
    commitmentAddBack,
    options: firm.options ?? "strategy-based",
    ownModelEstimate: firm.ownModelEstimate ?? false,
    hedges: new Set(firm.hedges),
    primaryDealer: firm.primaryDealer ?? false,
    futuresMembership: firm.futuresMembership ?? "none",
    futuresCommissionMerchant: firm.futuresCommissionMerchant ?? false,
    reserveComputedDaily: firm.reserveComputedDaily ?? false,
    municipalBrokersBroker: firm.municipalBrokersBroker ?? false,
    deficitsFromBooks: firm.deficitsFromBooks ?? false,
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
      reduction: parseRate(firm.reserveComputedDaily === true ? alternative.reductionDaily : alternative.reduction),
    },
    dollars: stated,
    dollarsParagraph: stated === ofActivity ? own.paragraph : `${own.paragraph}, as stated for the firm`,
    carries: own.carries ?? false,
    withoutRatio: own.withoutRatio ?? false,
    riskMargin: own.riskMargin === undefined ? undefined : parseRate(own.riskMargin),
    tentative: own.tentative === undefined ? undefined : parseSignedDollars(own.tentative),
    tentativeNotice: own.tentativeNotice === undefined ? undefined : parseSignedDollars(own.tentativeNotice),
  };
}

function concentrationOf(
  concentration: NetCapitalDocument["haircuts"]["concentration"],
  readings: NetCapitalDocument["readings"],
): ConcentrationRules {
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
    floor: readings.concentrationFloor,
    municipals: readings.municipalConcentration,
    sides: readings.concentrationSides,
    leastFloor: Math.min(equityFloor, debtFloor, municipalBondTrigger, municipalNoteTrigger) as Cents,
  };
}
