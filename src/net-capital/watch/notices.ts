/** Notices to regulators: drafted when a test is met, due at an instant, open until a notice-sent fact says that they left. */
import { Trouble } from "../../base/errors.ts";
import type { Instant } from "../../base/time.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import type { Moment } from "./restrictions.ts";

export interface Notice extends Moment {
  /** The identifier of the effect that announced it. */
  readonly id: string;
  /** The code of its rule. */
  readonly code: string;
  readonly title: string;
  readonly paragraph: string;
  readonly to: readonly string[];
  /** The draft. */
  readonly text: string;
  readonly due: Instant;
  /** Since when its condition has not been met, once it has ended; null while it stands. */
  readonly ended: Moment | null;
  readonly sent: (Moment & { readonly by: string; readonly channel: string }) | null;
  /** The fact that showed that it was due and had not been sent. */
  readonly overdue: Moment | null;
}

export type NoticeStatus = "open" | "sent" | "overdue";

export function statusOf({ sent, overdue }: Notice): NoticeStatus {
  return sent !== null ? "sent" : overdue !== null ? "overdue" : "open";
}

/** How many that were sent are kept; beyond them the oldest are in the journal alone. Those not sent are all kept. */
const SENT_MAX = 500;

export class Notices {
  /** In the order in which they came up. */
  #all: Notice[] = [];

  list(): readonly Notice[] {
    return this.#all;
  }

  open(notice: Notice): void {
    this.#all.push(notice);
  }

  change(id: string, change: Partial<Pick<Notice, "ended" | "sent" | "overdue">>): void {
    this.#all = this.#all.map((notice) => (notice.id === id ? { ...notice, ...change } : notice));
    let over = this.#all.filter(({ sent }) => sent !== null).length - SENT_MAX;
    if (over > 0) this.#all = this.#all.filter(({ sent }) => sent === null || over-- <= 0);
  }

  /** Those that are due at `at` or before, not sent, and not yet said to be overdue. */
  fallingDue(at: Instant): Notice[] {
    return this.#all.filter(({ due, sent, overdue }) => sent === null && overdue === null && due <= at);
  }

  /** When the next one that is open falls due. */
  nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { due, sent, overdue } of this.#all) if (sent === null && overdue === null && due < next) next = due;
    return next;
  }

  /** Throws `not-found`, or `not-allowed` where it was sent before. */
  checkSent({ notice: id }: FactOfKind<"notice-sent">): Notice {
    const found = this.#all.find((notice) => notice.id === id);
    if (found === undefined) throw new Trouble("not-found", "no such notice", { field: "notice", value: id });
    if (found.sent !== null)
      throw new Trouble("not-allowed", `the notice was sent before, by ${found.sent.by}`, {
        field: "notice",
        value: id,
      });
    return found;
  }

  toJSON(): readonly Notice[] {
    return this.#all;
  }

  restore(all: readonly Notice[]): void {
    this.#all = [...all];
  }
}
