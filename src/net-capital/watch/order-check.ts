/**
 * What the gate is told of an order: whether the restrictions in force let it pass. An order of a customer commits none of
 * the firm's capital here. One of the firm's own that only reduces what it has passes every restriction; one that increases
 * it, or turns it round, must have a haircut that no block is below, must find no halt, and needs a net capital that can be
 * said.
 *
 * A security without one haircut rate (an option, a future, what cannot be classified) is taken to be above every limit,
 * because nothing shows that it is below.
 */
import { formatRate, type Rate } from "../../base/rate.ts";
import type { Accounts } from "../../books/accounts.ts";
import type { Instruments } from "../../books/instruments.ts";
import { Classifier } from "../classify.ts";
import { holdsForFirm } from "../holdings.ts";
import type { NetCapitalMonitor } from "../monitor.ts";
import type { NetCapitalRules } from "../rules.ts";
import { compareRates } from "./rules.ts";
import type { Restriction } from "./restrictions.ts";
import { restrictionInWords } from "./tier-watch.ts";
import type { CapitalWatch } from "./watch.ts";

interface OrderBooks {
  readonly accounts: Accounts;
  readonly instruments: Instruments;
}

/** An order as far as capital is concerned: rows of account and instrument, units above zero. */
export interface ProposedOrder {
  readonly account: number;
  readonly instrument: number;
  readonly side: "buy" | "sell" | "sell-short";
  readonly units: number;
}

export interface OrderCheck {
  readonly allowed: boolean;
  /** For the firm's own account. */
  readonly proprietary: boolean;
  /** Leaves the firm with more of the security, on either side, or turns its position round. */
  readonly increasesPosition: boolean;
  /** The rate of its haircut, in words; undefined where it has no single one. */
  readonly haircut: string | undefined;
  /** Why it is not allowed; none where it is. */
  readonly reasons: readonly Reason[];
}

interface Reason {
  /** Absent where no restriction is in the way, but what cannot be said. */
  readonly restriction?: string;
  readonly paragraph: string;
  readonly message: string;
}

export class OrderChecker {
  readonly #books: OrderBooks;
  readonly #monitor: NetCapitalMonitor;
  readonly #watch: CapitalWatch;
  #classifier: { readonly rules: NetCapitalRules; readonly day: number; readonly classifier: Classifier } | undefined;

  constructor(books: OrderBooks, monitor: NetCapitalMonitor, watch: CapitalWatch) {
    this.#books = books;
    this.#monitor = monitor;
    this.#watch = watch;
  }

  /** Whether everything that commits capital is halted. */
  isCapitalCommitmentHalted(): boolean {
    return this.#restrictions.inForce().some(({ action }) => action.kind === "halt-capital-commitments");
  }

  /** Whether a proprietary order in the instrument is in the way of a restriction. */
  isProprietaryOrderBlocked(instrument: number, increasesPosition: boolean): boolean {
    return this.#restrictions.againstProprietary(this.haircut(instrument), increasesPosition).length > 0;
  }

  /** The whole answer, with its reasons. */
  check(order: ProposedOrder): OrderCheck {
    const proprietary = holdsForFirm(this.#books.accounts, order.account);
    const signed = order.side === "buy" ? order.units : -order.units;
    const increasesPosition = proprietary && isIncrease(this.#monitor.units(order.instrument), signed);
    const haircut = this.haircut(order.instrument);
    const reasons: Reason[] = this.#restrictions.againstProprietary(haircut, increasesPosition).map(reasonOf);
    if (increasesPosition && this.#monitor.figures.unknown)
      reasons.push({ paragraph: "15c3-1(c)(16)(iv)", message: "Net capital cannot be said" });
    return {
      allowed: reasons.length === 0,
      proprietary,
      increasesPosition,
      haircut: haircut && formatRate(haircut),
      reasons,
    };
  }

  get #restrictions() {
    return this.#watch.tiers.restrictions;
  }

  /** The rate of an instrument's haircut; of a convertible the higher of its two. */
  haircut(instrument: number): Rate | undefined {
    const { rules, asOf } = this.#monitor;
    if (rules === undefined) return undefined;
    if (this.#classifier?.rules !== rules || this.#classifier.day !== asOf)
      this.#classifier = { rules, day: asOf, classifier: new Classifier(rules, asOf) };
    const { classifier } = this.#classifier;
    const found = classifier.classify(this.#books.instruments.attributes(instrument));
    if (found.kind !== "bucket" || found.bucket === classifier.elsewhere) return undefined;
    const { rate } = rules.schedule.buckets[found.bucket];
    if (found.bucketAtPrincipal === undefined) return rate;
    const atPrincipal = rules.schedule.buckets[found.bucketAtPrincipal].rate;
    return compareRates(rate, atPrincipal) < 0 ? atPrincipal : rate;
  }
}

/** Whether a change by `signed` units does anything but reduce a position of `held`. */
function isIncrease(held: number, signed: number): boolean {
  const reduces = held > 0 ? signed < 0 && -signed <= held : held < 0 && signed > 0 && signed <= -held;
  return !reduces;
}

function reasonOf({ id, action, paragraph, tier }: Restriction): Reason {
  return { restriction: id, paragraph, message: `${restrictionInWords(action)} (${tier})` };
}
