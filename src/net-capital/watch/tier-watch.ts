/**
 * Which tiers are in force, and what each does as it begins and ends: who is told, what is forbidden. What a tier did is
 * state, so that other rules change what it forbids from their first moment, and a restart does nothing twice.
 */
import type { Cursor, Emit } from "../../base/effect.ts";
import { type Cents, displayDollars } from "../../base/money.ts";
import { formatRate } from "../../base/rate.ts";
import { Trouble } from "../../base/errors.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import type { RunningFigures } from "../reading.ts";
import { NO_TIER } from "../tiers.ts";
import { tierInForce } from "./ladder.ts";
import { type RestrictingAction, type Restriction, Restrictions } from "./restrictions.ts";
import { actionInWords, type Tier, type TierAction } from "./rules.ts";

/** A tier in force, and the actions that were taken when it began or when other rules brought them. */
interface Entered {
  readonly name: string;
  readonly actions: readonly string[];
}

export class TierWatch {
  readonly restrictions = new Restrictions();
  readonly #cursor: Cursor;
  readonly #emit: Emit;
  /** From the mildest to the gravest. */
  #entered: Entered[] = [];
  #tiers: readonly Tier[] = [];
  /** The gravest in force among `#tiers`, or `NO_TIER`. */
  #index = NO_TIER;

  constructor(cursor: Cursor, emit: Emit) {
    this.#cursor = cursor;
    this.#emit = emit;
  }

  /** The gravest tier in force. */
  get inForce(): Tier | undefined {
    return this.#index === NO_TIER ? undefined : this.#tiers[this.#index];
  }

  /** Other rules: what tiers of the same name forbid is as the new ones say; tiers that are gone forbid nothing more. */
  setTiers(tiers: readonly Tier[]): void {
    this.#tiers = tiers;
    this.#entered = this.#entered.flatMap((entered) => {
      const tier = tiers.find(({ name }) => name === entered.name);
      this.#reconcile(entered, tier);
      return tier === undefined ? [] : [enteredAs(tier)];
    });
    this.#index = tiers.findLastIndex(({ name }) => this.#entered.some((entered) => entered.name === name));
  }

  /** Takes actions that the rules brought, and ends blocks that they no longer name. A halt waits for its officers. */
  #reconcile(entered: Entered, tier: Tier | undefined): void {
    const actions = new Set((tier?.actions ?? []).map(actionInWords));
    for (const restriction of this.restrictions.inForce()) {
      const { action } = restriction;
      if (restriction.tier === entered.name && isBlock(action) && !actions.has(actionInWords(action)))
        this.#end(restriction, "rulebook-changed");
    }
    for (const action of tier?.actions ?? [])
      if (tier !== undefined && !entered.actions.includes(actionInWords(action))) this.#restrict(tier, action);
  }

  /** Takes note of figures that are known. */
  observe(figures: RunningFigures): void {
    const netCapital = figures.netCapitalCents as Cents;
    const requirement = figures.requirementCents as Cents;
    const index = tierInForce(this.#index, figures.tierIndex, netCapital, requirement, this.#tiers);
    if (index === this.#index && this.#entered.length === index + 1) return;
    const standing = `Net capital ${displayDollars(netCapital)}, minimum ${displayDollars(requirement)}.`;
    for (const { name } of this.#entered.toReversed()) {
      const rank = this.#tiers.findIndex((tier) => tier.name === name);
      if (rank > index) this.#leave(this.#tiers[rank], standing);
    }
    const entered = new Set(this.#entered.map(({ name }) => name));
    this.#index = index;
    this.#entered = this.#tiers.slice(0, index + 1).map(enteredAs);
    for (const tier of this.#tiers.slice(0, index + 1)) if (!entered.has(tier.name)) this.#enter(tier, standing);
  }

  #enter(tier: Tier, standing: string): void {
    this.#emit({
      kind: "tier-entered",
      severity: tier === this.#tiers.at(-1) ? "critical" : "warning",
      to: toldBy(tier),
      title: `Fell below ${formatRate(tier.below)} of the minimum (${tier.name})`,
      text: `${standing} ${tier.meaning}`,
      paragraph: tier.paragraph,
      line: "net-capital",
      subject: tier.name,
    });
    for (const action of tier.actions) this.#restrict(tier, action);
  }

  #leave(tier: Tier, standing: string): void {
    this.#emit({
      kind: "tier-left",
      severity: "good",
      to: toldBy(tier),
      title: `Rose to ${formatRate(tier.releasedAbove)} of the minimum (${tier.name})`,
      text: standing,
      paragraph: tier.paragraph,
      line: "net-capital",
      subject: tier.name,
    });
    const block = this.restrictions.standing(tier.name, "block-proprietary");
    if (block !== undefined) this.#end(block, "tier-left");
  }

  /** Imposes what the action forbids; a halt that still stands from an earlier time stands on. */
  #restrict(tier: Tier, action: TierAction): void {
    if (action.kind === "notify" || this.restrictions.standing(tier.name, action.kind) !== undefined) return;
    const { seq, at } = this.#cursor;
    const id = this.#emit({
      kind: "restriction-imposed",
      severity: "critical",
      to: tier.notify,
      title: restrictionInWords(action),
      text: `${untilWhen(action)} Imposed by the tier ${tier.name}: ${tier.meaning}`,
      paragraph: tier.paragraph,
      subject: tier.name,
    });
    this.restrictions.impose({ id, action, tier: tier.name, paragraph: tier.paragraph, seq, at, ended: null });
  }

  #end(restriction: Restriction, how: "tier-left" | "rulebook-changed"): void {
    const { seq, at } = this.#cursor;
    this.restrictions.end(restriction.id, { seq, at, how });
    this.#tellEnd(restriction, how === "tier-left" ? "its tier ended" : "the rulebook no longer has it");
  }

  #tellEnd({ id, action, tier, paragraph }: Restriction, why: string): void {
    this.#emit({
      kind: "restriction-ended",
      severity: "good",
      to: this.#tiers.find(({ name }) => name === tier)?.notify ?? [],
      title: `No longer: ${restrictionInWords(action)}`,
      text: `The restriction ${id} of the tier ${tier} ended: ${why}.`,
      paragraph,
      subject: id,
    });
  }

  /** Throws what keeps two officers from releasing it. */
  checkRelease({ restriction, by, secondApproval }: FactOfKind<"restriction-released">): void {
    this.restrictions.find(restriction);
    if (by === secondApproval)
      throw new Trouble("not-allowed", "the second approval must come from another officer", {
        field: "secondApproval",
        value: secondApproval,
      });
  }

  /** The release has been checked. It is imposed again when its tier begins anew. */
  release({ restriction: id, by, secondApproval, reason }: FactOfKind<"restriction-released">): void {
    const { seq, at } = this.#cursor;
    const restriction = this.restrictions.find(id);
    const tierHeld = this.#entered.some(({ name }) => name === restriction.tier);
    this.restrictions.end(id, { seq, at, how: "released", by, secondApproval, reason, tierHeld });
    const while_ = tierHeld ? "while its tier holds" : "after its tier ended";
    this.#tellEnd(restriction, `released ${while_} by ${by} and ${secondApproval} (${reason})`);
  }

  toJSON(): object {
    return { entered: this.#entered, restrictions: this.restrictions };
  }

  /** Until the rules are set, no tier is in force among them. */
  restore({ entered, restrictions }: { entered: Entered[]; restrictions: Restriction[] }): void {
    this.#entered = entered;
    this.restrictions.restore(restrictions);
  }
}

function enteredAs({ name, actions }: Tier): Entered {
  return { name, actions: actions.map(actionInWords) };
}

function toldBy({ notify, actions }: Tier): readonly string[] {
  return actions.some(({ kind }) => kind === "notify") ? notify : [];
}

function isBlock(action: RestrictingAction): boolean {
  return action.kind === "block-proprietary";
}

/** A restriction in words: "No new proprietary orders in securities with a haircut above 15%". */
export function restrictionInWords(action: RestrictingAction): string {
  return action.kind === "block-proprietary"
    ? `No new proprietary orders in securities with a haircut above ${formatRate(action.haircutAbove)}`
    : "Nothing that commits capital";
}

function untilWhen(action: RestrictingAction): string {
  return action.kind === "block-proprietary"
    ? "In force while the tier holds, or until two officers release it."
    : "In force until two officers release it.";
}
