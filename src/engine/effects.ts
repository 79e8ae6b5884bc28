/**
 * The outbox: every effect of the facts, numbered by the fact that caused it, so that a replay makes the same ones under
 * the same identifiers and a channel delivers each exactly once for its reader. What became of it on each channel comes back
 * as a fact.
 *
 * Kept are the newest `EFFECTS_KEPT_MAX` of the firm and as many of its accounts, so that a cascade of margin calls displaces
 * nothing else. An older one leaves memory, delivered or not; it is in the journal all the same, and a replay makes it again
 * (`readFirmWhole`). A reader that goes on from the number it read last is told how many it missed.
 */
import { type Cursor, type EffectKind, type EffectNote, isOfAccount } from "../base/effect.ts";
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import type { Instant } from "../base/time.ts";
import type { FactOfKind } from "../facts/kinds.ts";

/** Of the firm, and again of accounts, of about a kilobyte each. */
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
  /** Only those with a higher number. */
  readonly afterNumber?: number;
  /** Only those of facts after this sequence number. */
  readonly afterSeq?: number;
  /** Only those at this instant or later. */
  readonly since?: Instant;
  readonly kind?: EffectKind;
  readonly status?: EffectStatus;
}

/** The newest of one sort, in the order in which they came. */
interface Shelf {
  kept: Effect[];
  forgotten: number;
}

export class Outbox implements Stateful {
  readonly #cursor: Cursor;
  readonly #firm: Shelf = { kept: [], forgotten: 0 };
  readonly #accounts: Shelf = { kept: [], forgotten: 0 };
  #most = EFFECTS_KEPT_MAX;
  #count = 0;
  /** The fact of the newest, and how many of that fact there are. */
  #lastSeq = 0;
  #ofLast = 0;

  /** `cursor` is at the fact that is being applied. */
  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** From now on none leaves memory: for a reader of the journal, never for a firm that runs. */
  keepAll(): void {
    this.#most = Number.POSITIVE_INFINITY;
  }

  /** How many there were in all. */
  get count(): number {
    return this.#count;
  }

  /** How many are no longer in memory. */
  get forgotten(): number {
    return this.#firm.forgotten + this.#accounts.forgotten;
  }

  /** How many with a number above this are no longer in memory. */
  missed(afterNumber: number): number {
    const kept = [this.#firm, this.#accounts].map(({ kept: all }) => all.length - firstAfter(all, afterNumber));
    return Math.max(0, this.#count - afterNumber) - kept[0] - kept[1];
  }

  /** Takes note of an effect of the fact that is being applied, and gives its identifier. */
  readonly emit = (note: EffectNote): string => {
    const { seq, at } = this.#cursor;
    this.#ofLast = seq === this.#lastSeq ? this.#ofLast + 1 : 1;
    this.#lastSeq = seq;
    const id = `${seq}.${this.#ofLast}`;
    const shelf = isOfAccount(note.kind) ? this.#accounts : this.#firm;
    shelf.kept.push({ ...note, id, number: ++this.#count, seq, at, deliveries: [] });
    if (shelf.kept.length > this.#most) {
      shelf.kept.shift();
      shelf.forgotten++;
    }
    return id;
  };

  /** Those that a query asks for, oldest first. */
  list({
    afterNumber = 0,
    afterSeq = 0,
    since = Number.NEGATIVE_INFINITY as Instant,
    kind,
    status,
  }: EffectQuery = {}): Effect[] {
    return this.#all(afterNumber).filter(
      (effect) =>
        effect.seq > afterSeq &&
        effect.at >= since &&
        (kind === undefined || effect.kind === kind) &&
        (status === undefined || effectStatus(effect) === status),
    );
  }

  #all(afterNumber: number): Effect[] {
    return [this.#firm, this.#accounts]
      .flatMap(({ kept }) => kept.slice(firstAfter(kept, afterNumber)))
      .sort((a, b) => a.number - b.number);
  }

  /** Those in memory of the firm or of accounts, oldest first. */
  kept(sort: "firm" | "accounts"): readonly Effect[] {
    return (sort === "firm" ? this.#firm : this.#accounts).kept;
  }

  /** Throws `not-found` for an effect that never was. One that left memory may still be delivered. */
  checkDelivered({ effect }: FactOfKind<"effect-delivered">): void {
    const [, seq] = /^(\d+)\.\d+$/.exec(effect) ?? [];
    for (const { kept, forgotten } of [this.#firm, this.#accounts]) {
      const left = forgotten > 0 && seq !== undefined && Number(seq) <= (kept[0]?.seq ?? 0);
      if (left || kept.some(({ id }) => id === effect)) return;
    }
    throw new Trouble("not-found", "no such effect", { field: "effect", value: effect });
  }

  /** The delivery has been checked. */
  delivered({ effect, channel, outcome }: FactOfKind<"effect-delivered">): void {
    const { seq, at } = this.#cursor;
    for (const { kept } of [this.#firm, this.#accounts]) {
      const index = kept.findIndex(({ id }) => id === effect);
      if (index === -1) continue;
      const found = kept[index];
      const others = found.deliveries.filter((delivery) => delivery.channel !== channel);
      kept[index] = { ...found, deliveries: [...others, { channel, outcome, seq, at }] };
    }
  }

  sections(): Section[] {
    return [jsonSection("engine.effects", { count: this.#count, firm: this.#firm, accounts: this.#accounts })];
  }

  restore(sections: SectionReader): void {
    const { count, firm, accounts } = sections.json("engine.effects") as {
      count: number;
      firm: Shelf;
      accounts: Shelf;
    };
    this.#count = count;
    Object.assign(this.#firm, firm);
    Object.assign(this.#accounts, accounts);
  }
}

/** The index of the first with a number above this; their numbers ascend. */
function firstAfter(effects: readonly Effect[], number: number): number {
  let from = 0;
  let to = effects.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (effects[middle].number > number) to = middle;
    else from = middle + 1;
  }
  return from;
}
