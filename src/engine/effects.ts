/**
 * The outbox: every effect of the facts, numbered by the fact that caused it, so that a replay makes the same ones under
 * the same identifiers and a channel delivers each exactly once for its reader. What became of it on each channel comes back
 * as a fact.
 *
 * Kept are the newest `EFFECTS_KEPT_MAX`. An older one leaves memory in the order in which it came, delivered or not; it is
 * in the journal all the same, and a replay up to a later time shows it. `forgotten` says how many have left.
 */
import type { Cursor, EffectKind, EffectNote } from "../base/effect.ts";
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import type { Instant } from "../base/time.ts";
import type { FactOfKind } from "../facts/kinds.ts";

/** Some hundred on a bad day, of about a kilobyte each. */
export const EFFECTS_KEPT_MAX = 5000;

export interface Delivery {
  readonly channel: string;
  readonly outcome: FactOfKind<"effect-delivered">["outcome"];
  /** The fact that says so. */
  readonly seq: number;
  readonly at: Instant;
}

export type EffectStatus = "pending" | "delivered" | "failed";

export interface Effect extends EffectNote {
  /** `<sequence number>.<which of that fact>`, from 1. */
  readonly id: string;
  /** Which effect of all, from 1. */
  readonly number: number;
  readonly seq: number;
  readonly at: Instant;
  /** The newest of each channel. */
  readonly deliveries: readonly Delivery[];
}

/** Delivered on one channel is delivered; failed is what every channel that tried could not deliver. */
export function effectStatus({ deliveries }: Effect): EffectStatus {
  if (deliveries.some(({ outcome }) => outcome === "delivered")) return "delivered";
  return deliveries.length === 0 ? "pending" : "failed";
}

export interface EffectQuery {
  /** Only those of facts after this sequence number. */
  readonly afterSeq?: number;
  /** Only those at this instant or later. */
  readonly since?: Instant;
  readonly kind?: EffectKind;
  readonly status?: EffectStatus;
}

export class Outbox implements Stateful {
  readonly #cursor: Cursor;
  /** In the order in which they came. */
  #kept: Effect[] = [];
  #count = 0;

  /** `cursor` is at the fact that is being applied. */
  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** How many there were in all. */
  get count(): number {
    return this.#count;
  }

  /** How many are no longer in memory. */
  get forgotten(): number {
    return this.#count - this.#kept.length;
  }

  /** Takes note of an effect of the fact that is being applied, and gives its identifier. */
  readonly emit = (note: EffectNote): string => {
    const { seq, at } = this.#cursor;
    const last = this.#kept.at(-1);
    const within = last?.seq === seq ? Number(last.id.slice(last.id.indexOf(".") + 1)) + 1 : 1;
    const id = `${seq}.${within}`;
    this.#kept.push({ ...note, id, number: ++this.#count, seq, at, deliveries: [] });
    if (this.#kept.length > EFFECTS_KEPT_MAX) this.#kept.shift();
    return id;
  };

  /** Those that a query asks for, oldest first. */
  list({ afterSeq = 0, since = Number.NEGATIVE_INFINITY as Instant, kind, status }: EffectQuery = {}): Effect[] {
    return this.#kept.filter(
      (effect) =>
        effect.seq > afterSeq &&
        effect.at >= since &&
        (kind === undefined || effect.kind === kind) &&
        (status === undefined || effectStatus(effect) === status),
    );
  }

  /** The newest, newest first. */
  newest(count: number): Effect[] {
    return this.#kept.slice(Math.max(0, this.#kept.length - count)).reverse();
  }

  /** Throws `not-found` for an effect that never was. One that left memory may still be delivered. */
  checkDelivered({ effect }: FactOfKind<"effect-delivered">): void {
    const [, seq] = /^(\d+)\.\d+$/.exec(effect) ?? [];
    const oldest = this.#kept[0];
    const left = this.forgotten > 0 && seq !== undefined && oldest !== undefined && Number(seq) <= oldest.seq;
    if (left || this.#kept.some(({ id }) => id === effect)) return;
    throw new Trouble("not-found", "no such effect", { field: "effect", value: effect });
  }

  /** The delivery has been checked. */
  delivered({ effect, channel, outcome }: FactOfKind<"effect-delivered">): void {
    const { seq, at } = this.#cursor;
    const index = this.#kept.findIndex(({ id }) => id === effect);
    if (index === -1) return;
    const found = this.#kept[index];
    const others = found.deliveries.filter((delivery) => delivery.channel !== channel);
    this.#kept[index] = { ...found, deliveries: [...others, { channel, outcome, seq, at }] };
  }

  sections(): Section[] {
    return [jsonSection("engine.effects", { count: this.#count, kept: this.#kept })];
  }

  restore(sections: SectionReader): void {
    const { count, kept } = sections.json("engine.effects") as { count: number; kept: Effect[] };
    this.#count = count;
    this.#kept = kept;
  }
}
