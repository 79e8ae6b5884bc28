/**
 * What a tier forbids: proprietary orders in securities above a haircut, while the tier holds; all that commits capital,
 * until two officers release it. A restriction that was imposed is kept with when, by which fact and tier, and how it
 * ended; the gate asks here.
 */
import { Trouble } from "../../base/errors.ts";
import type { Rate } from "../../base/rate.ts";
import type { Instant } from "../../base/time.ts";
import type { TierAction } from "./rules.ts";

export type RestrictionKind = Exclude<TierAction["kind"], "notify">;
export type RestrictingAction = Exclude<TierAction, { readonly kind: "notify" }>;

/** Which fact, when. */
export interface Moment {
  readonly seq: number;
  readonly at: Instant;
}

export type RestrictionEnd = Moment &
  (
    | { readonly how: "tier-left" | "rulebook-changed" }
    | {
        readonly how: "released";
        readonly by: string;
        readonly secondApproval: string;
        readonly reason: string;
        /** Whether the tier that imposed it still held. */
        readonly tierHeld: boolean;
      }
  );

export interface Restriction extends Moment {
  /** The identifier of the effect that announced it. */
  readonly id: string;
  readonly action: RestrictingAction;
  /** The name of the tier that imposed it. */
  readonly tier: string;
  readonly paragraph: string;
  /** Null while it is in force. */
  readonly ended: RestrictionEnd | null;
}

/** How many that have ended are kept; beyond them the oldest are in the journal alone. */
const ENDED_MAX = 500;

export class Restrictions {
  /** In the order in which they were imposed. */
  #all: Restriction[] = [];

  list(): readonly Restriction[] {
    return this.#all;
  }

  inForce(): Restriction[] {
    return this.#all.filter(({ ended }) => ended === null);
  }

  /** Throws `not-found`, or `not-allowed` where it has ended. */
  find(id: string): Restriction {
    const found = this.#all.find((restriction) => restriction.id === id);
    if (found === undefined) throw new Trouble("not-found", "no such restriction", { field: "restriction", value: id });
    if (found.ended !== null)
      throw new Trouble("not-allowed", `the restriction has ended already: ${found.ended.how}`, {
        field: "restriction",
        value: id,
      });
    return found;
  }

  /** The one in force that a tier imposed by an action of this kind, if any. */
  standing(tier: string, kind: RestrictionKind): Restriction | undefined {
    return this.#all.find((found) => found.ended === null && found.tier === tier && found.action.kind === kind);
  }

  impose(restriction: Restriction): void {
    this.#all.push(restriction);
  }

  end(id: string, ended: RestrictionEnd): void {
    this.#all = this.#all.map((restriction) => (restriction.id === id ? { ...restriction, ended } : restriction));
    let over = this.#all.filter((restriction) => restriction.ended !== null).length - ENDED_MAX;
    if (over > 0) this.#all = this.#all.filter((restriction) => restriction.ended === null || over-- <= 0);
  }

  /** Those in the way of a proprietary order. `haircut` is that of the security; undefined where it has no single one. */
  againstProprietary(haircut: Rate | undefined, increasesPosition: boolean): Restriction[] {
    if (!increasesPosition) return [];
    return this.inForce().filter(
      ({ action }) => action.kind === "halt-capital-commitments" || exceeds(haircut, action.haircutAbove),
    );
  }

  toJSON(): readonly Restriction[] {
    return this.#all;
  }

  restore(all: readonly Restriction[]): void {
    this.#all = [...all];
  }
}

/** What is not known is not known to be low enough. */
function exceeds(haircut: Rate | undefined, limit: Rate): boolean {
  return haircut === undefined || haircut.numerator * limit.denominator > limit.numerator * haircut.denominator;
}
