/**
 * Facts about what the program itself made: an effect was delivered, a notice was sent, officers released a restriction, an
 * audit was completed. They change what follows from the books, never the books.
 */
import { assertNever } from "../base/assert.ts";
import type { Fact, FactOfKind } from "../facts/kinds.ts";
import { isLadderFact, type LadderFact } from "../margin/ladder/requests.ts";
import type { MarginMonitor } from "../margin/monitor.ts";
import type { CapitalWatch } from "../net-capital/watch/watch.ts";
import type { NetCapitalMonitor } from "../net-capital/monitor.ts";
import type { Outbox } from "./effects.ts";

type FollowUp =
  | FactOfKind<"effect-delivered" | "notice-sent" | "restriction-released" | "audit-completed">
  | LadderFact;

export function isFollowUp(fact: Fact): fact is FollowUp {
  return (
    fact.kind === "effect-delivered" ||
    fact.kind === "notice-sent" ||
    fact.kind === "restriction-released" ||
    fact.kind === "audit-completed" ||
    isLadderFact(fact)
  );
}

export class FollowUps {
  readonly #outbox: Outbox;
  readonly #watch: CapitalWatch;
  readonly #monitor: NetCapitalMonitor;
  readonly #margin: MarginMonitor;

  constructor(outbox: Outbox, watch: CapitalWatch, monitor: NetCapitalMonitor, margin: MarginMonitor) {
    this.#outbox = outbox;
    this.#watch = watch;
    this.#monitor = monitor;
    this.#margin = margin;
  }

  /** Throws what keeps the fact from being applied. */
  check(fact: FollowUp): void {
    if (fact.kind === "effect-delivered") this.#outbox.checkDelivered(fact);
    else if (fact.kind === "notice-sent") this.#watch.notices.notices.checkSent(fact);
    else if (fact.kind === "restriction-released") this.#watch.tiers.checkRelease(fact);
    else if (isLadderFact(fact)) this.#margin.ladder.check(fact);
  }

  /** Throws what keeps a stated stress from meaning anything. */
  checkStress(fact: FactOfKind<"severe-stress-stated">): void {
    this.#margin.checkSevereStress(fact);
  }

  /** The fact has been checked. */
  apply(fact: FollowUp): void {
    switch (fact.kind) {
      case "effect-delivered":
        return this.#outbox.delivered(fact);
      case "notice-sent":
        return this.#watch.notices.sent(fact);
      case "restriction-released":
        return this.#watch.tiers.release(fact);
      case "audit-completed":
        return this.#audited(fact);
      case "margin-call-extended":
      case "margin-deposit-announced":
      case "liquidation-decided":
        return this.#margin.followUp(fact);
      default:
        return assertNever(fact);
    }
  }

  #audited({ figure, differences, asOfSeq, detail = "" }: FactOfKind<"audit-completed">): void {
    if (differences === 0) return;
    const isMargin = figure === "margin";
    const [what, one, many] = isMargin ? ["margin", "place", "places"] : ["net capital", "line", "lines"];
    this.#outbox.emit({
      kind: "audit-difference",
      severity: "critical",
      to: (isMargin ? this.#margin.rules?.ladder.notify : undefined) ?? this.#monitor.rules?.watch.notify ?? [],
      title: `The running ${what} differs from the one from scratch in ${differences} ${differences === 1 ? one : many}`,
      text: `As of fact ${asOfSeq}. ${detail}`,
      paragraph: isMargin ? "FINRA 4210(d)(1)" : "17a-3(a)(11)",
      line: figure,
    });
  }
}
