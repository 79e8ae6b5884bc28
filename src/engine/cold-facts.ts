/** What the facts that do not come by the thousand do to the books, from their decoded form. Throws `Trouble` and changes nothing where a fact cannot be taken. */
import { assert, AssertionError, assertNever } from "../base/assert.ts";
import { type Day, parseDay } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import type { Market } from "../books/market.ts";
import { isPosted, type PostedFact, type Postings } from "../books/postings.ts";
import type { CorporateAction } from "../books/splits.ts";
import { isReport } from "../books/reports.ts";
import type { Fact, FactOfKind } from "../facts/kinds.ts";
import { countMarketDay } from "../net-capital/capital/minimums.ts";
import { readNetCapitalRules } from "../net-capital/rules.ts";
import { NET_CAPITAL } from "../net-capital/rules-document.ts";
import type { ActivatedRulebook } from "../rulebook/store.ts";
import { readMarginRules } from "../margin/rules.ts";
import { MARGIN } from "../margin/rules-document.ts";
import type { MarginReport } from "./monitors.ts";
import { type FollowUps, isFollowUp } from "./follow-ups.ts";

/** What a monitor is told besides balances and prices; instruments and accounts by their rows. */
export interface ReferenceObserver {
  /** The instrument was listed, or says something else of itself. */
  instrumentChanged(instrument: number): void;
  /** The account was opened, or says something else of itself. */
  accountChanged(account: number): void;
  /** Stated capital items or commitments changed. */
  itemsChanged(): void;
  /** A day of the calendar is another than it was. */
  calendarChanged(): void;
  /** Another rulebook or another business day: which rules are in force may have changed. */
  rulesOrDayChanged(day: Day): void;
  dayClosed?(day: Day): void;
  /** An instrument entered a phase, or all did, -1: the close of its session may be known by it. */
  phaseEntered?(instrument: number): void;
  /** An issuer announced an event, or it took effect. */
  corporateAction?(fact: CorporateAction): void;
  /** What margin reads beside the ledger was reported. */
  marginReported?(fact: MarginReport): void;
}

function activatedRulebook(fact: FactOfKind<"rulebook-activated">): ActivatedRulebook {
  const { rulebook, version, document, approvedBy, secondApproval, at } = fact;
  const effective = parseDay(fact.effective, "effective");
  return { rulebook, version, effective, document, approvedBy, secondApproval, at };
}

/** Throws what is wrong with a document of a kind that this program knows. */
function readRules({ rulebook, version, document }: FactOfKind<"rulebook-activated" | "rulebook-drafted">): void {
  const origin = { file: `${rulebook} ${version}` };
  if (rulebook === NET_CAPITAL) readNetCapitalRules(document, origin);
  else if (rulebook === MARGIN) readMarginRules(document, origin);
}

/** The books of a firm, or of a branch of it. */
type ColdBooks = Omit<Books, "market" | "sections" | "restore"> & { readonly market: Pick<Market, "phase"> };

export class ColdFacts {
  readonly #books: ColdBooks;
  readonly #postings: Postings;
  readonly #observer: ReferenceObserver;
  readonly #followUps: FollowUps | undefined;

  /** Without `followUps`, facts about what the program made are taken and change nothing: a branch makes no effects. */
  constructor(books: ColdBooks, postings: Postings, observer: ReferenceObserver, followUps?: FollowUps) {
    this.#books = books;
    this.#postings = postings;
    this.#observer = observer;
    this.#followUps = followUps;
  }

  /** Throws what keeps the fact from being applied; changes nothing. */
  check(fact: Fact): void {
    const { instruments, accounts, capitalItems, reports, rulebooks, settlement } = this.#books;
    if (fact.kind === "instrument-listed" || fact.kind === "symbol-changed") instruments.check(fact);
    else if (fact.kind === "account-opened") accounts.check(fact);
    else if (fact.kind === "capital-item-reported" || fact.kind === "commitment-reported") capitalItems.check(fact);
    else if (isReport(fact)) {
      reports.check(fact);
      if (fact.kind === "severe-stress-stated") this.#followUps?.checkStress(fact);
    } else if (isFollowUp(fact)) this.#followUps?.check(fact);
    else if (fact.kind === "rulebook-activated") {
      rulebooks.check(activatedRulebook(fact));
      readRules(fact);
    } else if (fact.kind === "rulebook-drafted") {
      rulebooks.checkDraft(fact, settlement.openedDay);
      readRules(fact);
    } else if (fact.kind === "rulebook-draft-withdrawn") rulebooks.drafts.checkOpen(fact.rulebook, fact.version);
    else if (fact.kind === "account-closed") {
      accounts.check(fact);
      this.#throwIf(this.#postings.check(fact));
    } else if (isPosted(fact)) this.#throwIf(this.#postings.check(fact));
    else if ("instrument" in fact && fact.instrument !== undefined) this.#instrument(fact.instrument);
  }

  #throwIf(trouble: Error | undefined): void {
    if (trouble !== undefined) throw trouble;
  }

  apply(fact: Fact): void {
    this.check(fact);
    if (isPosted(fact)) {
      this.#postings.post(fact);
      if (fact.kind === "business-day-opened") this.#openDay(parseDay(fact.day));
    } else this.#applyReference(fact);
  }

  #enterPhase(instrument: number, phase: FactOfKind<"market-phase">["phase"]): void {
    this.#books.market.phase(instrument, phase);
    this.#observer.phaseEntered?.(instrument);
  }

  #openDay(day: Day): void {
    countMarketDay(this.#books, day);
    this.#observer.rulesOrDayChanged(day);
  }

  #applyReference(fact: Exclude<Fact, PostedFact>): void {
    const { instruments, accounts, capitalItems, reports, calendar, rulebooks, settlement } = this.#books;
    switch (fact.kind) {
      case "instrument-listed":
        return this.#observer.instrumentChanged(instruments.list(fact, this.#nameId(fact.instrument)));
      case "symbol-changed":
        return instruments.changeSymbol(fact);
      case "calendar-day-set":
        calendar.set(fact);
        return this.#observer.calendarChanged();
      case "account-opened":
        return this.#observer.accountChanged(accounts.open(fact, this.#nameId(fact.account)));
      case "account-closed":
        return void accounts.close(this.#nameId(fact.account));
      case "capital-item-reported":
      case "commitment-reported":
        capitalItems.report(fact);
        return this.#observer.itemsChanged();
      case "open-item-reported":
      case "subordination-agreed":
      case "subordination-payment-scheduled":
      case "theoretical-values-stated":
      case "volatility-stated":
      case "market-making-changed":
      case "deferred-tax-stated":
      case "interest-rate-stated":
        reports.report(fact);
        return this.#observer.itemsChanged();
      case "margin-terms-stated":
      case "special-memorandum-stated":
      case "market-statistics-stated":
      case "borrow-terms-stated":
      case "outside-position-stated":
      case "severe-stress-stated":
        reports.report(fact);
        return this.#observer.marginReported?.(fact);
      case "rulebook-activated":
        rulebooks.activate(activatedRulebook(fact));
        return this.#observer.rulesOrDayChanged(settlement.openedDay);
      case "rulebook-drafted":
        return rulebooks.drafts.propose(fact);
      case "rulebook-draft-withdrawn":
        return rulebooks.drafts.withdraw(fact.rulebook, fact.version, fact.by, fact.at, fact.reason);
      case "market-phase":
        return this.#enterPhase(fact.instrument === undefined ? -1 : this.#instrument(fact.instrument), fact.phase);
      case "corporate-action-announced":
      case "corporate-action-effective":
        return this.#observer.corporateAction?.(fact);
      case "effect-delivered":
      case "restriction-released":
      case "notice-sent":
      case "audit-completed":
      case "margin-call-extended":
      case "margin-deposit-announced":
      case "liquidation-decided":
        return this.#followUps?.apply(fact);
      case "business-day-closed":
        return this.#observer.dayClosed?.(parseDay(fact.day));
      case "name-given":
      case "quote":
      case "market-trade":
      case "mark":
        throw new AssertionError(`${fact.kind} is applied from its record`);
      case "order-requested":
      case "order-replace-requested":
      case "order-cancel-requested":
      case "order-decided":
      case "order-acknowledged":
      case "order-replaced":
      case "order-ended":
      case "place-stated":
      case "limit-set":
      case "kill-switch-thrown":
      case "kill-switch-lifted":
      case "time-passed":
        // Kept in the journal for the floors that will read them; the books do not change.
        return;
      default:
        return assertNever(fact);
    }
  }

  #nameId(text: string): number {
    const id = this.#books.names.find(text);
    assert(id !== undefined, "a name is given before the fact that uses it");
    return id;
  }

  #instrument(text: string): number {
    const id = this.#books.names.find(text);
    const row = id === undefined ? -1 : this.#books.instruments.find(id);
    if (row < 0) throw this.#books.instruments.unknownText(text);
    return row;
  }
}
