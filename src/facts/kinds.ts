/**
 * Every kind of fact, for the whole house. A fact is something that the firm learned; nothing here is a command or a
 * decision of ours, except what left the building (`order-decided`, `effect-delivered`).
 */
import { CAPITAL_FACTS } from "./capital-kinds.ts";
import {
  ACCOUNT_TYPES,
  CASH_REASONS,
  INSTRUMENT_TYPES,
  LEDGER_CLASSES,
  LOT_METHODS,
  MARK_BASES,
  SCOPES,
} from "./choices.ts";
import {
  amount,
  choice,
  count,
  day,
  defineFact,
  type FactOf,
  flag,
  name,
  notNegative,
  optional,
  positive,
  price,
  quantity,
  rate,
  text,
} from "./define.ts";
import { MARGIN_FACTS } from "./margin-kinds.ts";

export { ACCOUNT_TYPES, INSTRUMENT_TYPES, LEDGER_CLASSES, LOT_METHODS, OPEN_ITEM_TYPES } from "./choices.ts";

export const FACTS = [
  // ——— names and reference ———
  defineFact(1, "name-given", "The journal's own fact: the next number stands for this name. Written by the codec.", {
    name: text("The name."),
  }),
  defineFact(2, "instrument-listed", "An instrument of the security master, or a change to one: the newest says all.", {
    instrument: name("The firm's own lasting identifier; symbols and CUSIPs change, this does not."),
    type: choice(INSTRUMENT_TYPES, "What it is."),
    currency: name("The currency in which it is priced; a currency names itself."),
    scale: optional(count("Decimals of its smallest unit; 0 where absent, 2 for a currency.")),
    multiplier: optional(
      text("Units of currency per unit and point of price; 1, or 0.01 for debt (priced per 100 of par)."),
    ),
    description: optional(text("Its name for people.")),
    symbol: optional(name("The symbol now.")),
    cusip: optional(text("CUSIP, check digit verified.")),
    isin: optional(text("ISIN, check digit verified.")),
    figi: optional(text("FIGI, check digit verified.")),
    sedol: optional(text("SEDOL, check digit verified.")),
    issuer: optional(name("The issuer, for concentration.")),
    sector: optional(name("The sector.")),
    country: optional(name("ISO 3166 country of the issuer.")),
    listing: optional(name("Where it is listed; absent: not listed.")),
    readyMarket: optional(
      flag("Has a ready market, 15c3-1(c)(11). Absent: yes for what is listed and for governments."),
    ),
    marketMakers: optional(count("Independent market makers of an unlisted stock, 15c3-1(c)(2)(vi)(K).")),
    restricted: optional(flag("Cannot be publicly offered or sold, 15c3-1(c)(2)(vii).")),
    minimalCreditRisk: optional(flag("Assessed by written policy as having minimal credit risk, 15c3-1(c)(2)(vi)(I).")),
    inDefault: optional(flag("Traded flat or in default as to principal or interest.")),
    issued: optional(day("Day of issue.")),
    maturity: optional(day("Maturity, expiry or redemption.")),
    coupon: optional(rate("Coupon per year.")),
    floating: optional(flag("The interest rate is not fixed.")),
    leverage: optional(text("Daily leverage of a leveraged or inverse fund: 2, 3, -1.")),
    fundClass: optional(
      choice(["2a-7", "government", "government-and-corporate", "other"], "Of a fund, 15c3-1(c)(2)(vi)(D)."),
    ),
    cumulative: optional(flag("Of a preferred: cumulative, first ranking, no arrears, 15c3-1(c)(2)(vi)(H).")),
    principal: optional(positive(amount("Of a convertible: principal per unit of quantity."))),
    underlying: optional(name("Of a derivative: the instrument it is on.")),
    right: optional(choice(["call", "put"], "Of an option.")),
    strike: optional(positive(price("Of an option."))),
    style: optional(choice(["american", "european"], "Of an option.")),
    called: optional(day("Called: redeemable on this day, 15c3-1(c)(2)(vi)(J)(2)."), 2),
    convertsInto: optional(name("What it is exchanged for without any payment of money, (c)(2)(vi)(J)(1)."), 2),
    convertibleFrom: optional(day("The first day on which that is possible."), 2),
    conversionUnits: optional(positive(quantity("How many of them for each unit.")), 2),
    indexClass: optional(
      choice(
        ["high-capitalization", "non-high-capitalization", "narrow-based"],
        "Of an index: its kind, 15c3-1a(b)(1)(ii).",
      ),
      2,
    ),
    productGroup: optional(name("Of an index or currency: the vendor's product group."), 2),
    marketGroup: optional(name("Of an index: the group of product groups of one market."), 2),
    clearingMargin: optional(
      notNegative(amount("Of a future or commodity option: the clearing house's margin per contract.")),
      2,
    ),
    maintenanceMargin: optional(
      notNegative(amount("Of a future or commodity option: maintenance margin per contract.")),
      2,
    ),
    initialMargin: optional(notNegative(amount("Of a future or commodity option: initial margin per contract.")), 2),
    deliverable: optional(flag("Of a commodity: registered as deliverable against a future, 15c3-1b(a)(3)(ix)."), 2),
    spread: optional(count("Of a credit default swap: its spread in basis points, 15c3-1(c)(2)(vi)(P)."), 2),
    dividendYield: optional(rate("Of an underlying: the yield to value options on it with."), 2),
    notMarginable: optional(flag("Has no loan value, whatever its type and listing."), 3),
    grade: optional(
      choice(
        ["highly-rated", "investment-grade", "below-investment-grade"],
        "Of debt: its rating, 4210(a)(9) and (10). Absent: not rated in the top four categories.",
      ),
      3,
    ),
    whenIssued: optional(flag("Traded before it is issued or distributed, 4210(f)(3)."), 3),
    contractUnits: optional(
      positive(quantity("Of an option: units of the underlying that a contract delivers; absent: its multiplier.")),
      3,
    ),
    overTheCounter: optional(
      flag("Of an option: no exchange lists it, 4210(f)(2)(E)(iii); so says the absence of `listing`."),
      3,
    ),
    broadBased: optional(flag("Of a fund: it tracks a broad-based index, 4210(f)(2)(E)."), 3),
    measures: optional(
      choice(["stocks", "volatility", "interest-rate"], "Of an index: what it measures; absent: stocks."),
      3,
    ),
  }),
  defineFact(3, "symbol-changed", "From this day the instrument trades under another symbol.", {
    instrument: name("The instrument."),
    symbol: name("Its new symbol."),
    effective: day("First day of the new symbol."),
  }),
  defineFact(4, "calendar-day-set", "A day differs from the shipped calendar.", {
    day: day("The day."),
    session: choice(["full", "early-close", "closed"], "The exchange's session."),
    settlement: flag("Whether securities settle on it."),
    reason: text("Why."),
  }),
  // ——— accounts ———
  defineFact(5, "account-opened", "An account of the ledger, or a change to one: the newest says all.", {
    account: name("The account."),
    type: choice(ACCOUNT_TYPES, "Whose claim it is, or what place."),
    title: optional(text("For people.")),
    ownerGroup: optional(name("Accounts that belong together.")),
    introducingFirm: optional(name("The introducing firm of a PAB or introduced account.")),
    ledgerClass: optional(choice(LEDGER_CLASSES, "Of a general-ledger account.")),
    capitalLine: optional(
      text(
        "Of a general-ledger account: the line of the net capital computation it belongs to, for example 'Fixed assets'.",
      ),
    ),
    lotMethod: optional(choice(LOT_METHODS, "How sales relieve tax lots; FIFO where absent.")),
    optionsSpecialist: optional(
      flag("The market-maker account of an options specialist that the firm carries or guarantees, 15c3-1(c)(2)(x)."),
      2,
    ),
  }),
  defineFact(6, "account-closed", "The account takes no more postings; its balances must be zero.", {
    account: name("The account."),
  }),
  // ——— market ———
  defineFact(10, "quote", "A two-sided quote of one source.", {
    instrument: name("The instrument."),
    bid: price("Best bid."),
    ask: price("Best offer."),
    bidSize: optional(notNegative(quantity("Size at the bid."))),
    askSize: optional(notNegative(quantity("Size at the offer."))),
    venue: optional(name("Where, if not consolidated.")),
  }),
  defineFact(11, "market-trade", "A trade of others on the tape.", {
    instrument: name("The instrument."),
    price: positive(price("Its price.")),
    quantity: positive(quantity("Its size.")),
    venue: optional(name("Where.")),
    irregular: optional(flag("Out of sequence, late, or otherwise no guide to value: does not move the last price.")),
  }),
  defineFact(12, "mark", "A price to value positions at, stated by someone.", {
    instrument: name("The instrument."),
    price: price("The price."),
    basis: choice(MARK_BASES, "What the price rests on."),
  }),
  defineFact(13, "market-phase", "The market, or one instrument, opened, closed, halted or resumed.", {
    instrument: optional(name("The instrument; absent: the whole market.")),
    phase: choice(["pre-open", "open", "closed", "halted", "resumed"], "The phase that starts."),
    reason: optional(text("Why.")),
  }),
  // ——— orders ———
  defineFact(20, "order-requested", "Somebody asked to send an order.", {
    order: text("The order's identifier."),
    account: name("For whom."),
    instrument: name("What."),
    side: choice(["buy", "sell", "sell-short", "sell-short-exempt"], "Direction."),
    quantity: positive(quantity("How much.")),
    orderType: choice(["market", "limit", "stop", "stop-limit"], "Type."),
    limit: optional(positive(price("Limit price."))),
    stop: optional(positive(price("Stop price."))),
    timeInForce: choice(
      ["day", "good-till-cancel", "immediate-or-cancel", "fill-or-kill", "at-open", "at-close"],
      "How long.",
    ),
    session: optional(name("The session it came in on.")),
    strategy: optional(name("The strategy.")),
    user: optional(name("Who entered it.")),
  }),
  defineFact(21, "order-replace-requested", "Somebody asked to change a working order.", {
    order: text("The order."),
    newOrder: text("Its identifier after the change."),
    quantity: positive(quantity("New quantity.")),
    limit: optional(positive(price("New limit price."))),
  }),
  defineFact(22, "order-cancel-requested", "Somebody asked to cancel a working order.", { order: text("The order.") }),
  defineFact(23, "order-decided", "The gate's answer, which left the building.", {
    order: text("The order."),
    decision: choice(["accepted", "refused"], "The answer."),
    controls: optional(text("Codes of the controls that refused, in their order of precedence.")),
  }),
  defineFact(24, "order-acknowledged", "A venue took the order.", {
    order: text("The order."),
    venue: name("The venue."),
  }),
  defineFact(25, "order-replaced", "A venue confirmed a change.", {
    order: text("The order before."),
    newOrder: text("The order after."),
    quantity: positive(quantity("Its quantity.")),
  }),
  defineFact(26, "order-ended", "A venue will fill no more of the order.", {
    order: text("The order."),
    reason: choice(["canceled", "rejected", "expired", "done"], "Why."),
    detail: optional(text("The venue's words.")),
  }),
  // ——— executions ———
  defineFact(30, "trade-executed", "A trade of an account of ours, on trade date.", {
    account: name("For whom."),
    instrument: name("What."),
    contra: name("Against whom it settles: a clearing or fail account."),
    side: choice(["buy", "sell", "sell-short"], "Direction, as the account sees it."),
    quantity: positive(quantity("How much.")),
    price: positive(price("Price per unit (per 100 of par).")),
    tradeDay: day("Trade date."),
    settleDay: optional(day("Contractual settlement date; the calendar's regular way where absent.")),
    commission: optional(amount("Commission charged to the account, to the firm's revenue.")),
    fees: optional(amount("Fees charged to the account, owed onward.")),
    accrued: optional(amount("Accrued interest, paid by the buyer.")),
    capacity: optional(choice(["agency", "principal", "riskless-principal"], "In which the firm acted.")),
    venue: optional(name("Where.")),
    execution: text("The execution's identifier."),
    order: optional(text("The order.")),
    lot: optional(text("The tax lot to relieve, for specific identification: its acquisition day.")),
  }),
  defineFact(31, "trade-busted", "An earlier execution never was: its full terms, reversed.", {
    account: name("For whom."),
    instrument: name("What."),
    contra: name("Against whom."),
    side: choice(["buy", "sell", "sell-short"], "The side of the execution that is busted."),
    quantity: positive(quantity("Its quantity.")),
    price: positive(price("Its price.")),
    tradeDay: day("Its trade date."),
    settleDay: optional(day("Its settlement date.")),
    commission: optional(amount("Its commission.")),
    fees: optional(amount("Its fees.")),
    accrued: optional(amount("Its accrued interest.")),
    execution: text("Its identifier."),
    reason: optional(text("Why.")),
  }),
  // ——— cash and securities ———
  defineFact(
    40,
    "cash-moved",
    "Cash of one account became cash of another: a deposit is from the bank to the customer.",
    {
      from: name("Whose balance falls."),
      to: name("Whose balance rises."),
      currency: name("The currency."),
      amount: positive(amount("How much.")),
      reason: choice(CASH_REASONS, "Why."),
      memo: optional(text("For people.")),
    },
  ),
  defineFact(
    41,
    "securities-moved",
    "Securities of one account became another's: received, delivered, segregated, pledged.",
    {
      from: name("Whose balance falls."),
      to: name("Whose balance rises."),
      instrument: name("What."),
      quantity: positive(quantity("How much.")),
      reason: choice(
        [
          "receive",
          "deliver",
          "transfer",
          "segregate",
          "release",
          "pledge",
          "unpledge",
          "settlement",
          "adjustment",
          "opening",
        ],
        "Why.",
      ),
      cost: optional(
        amount("Cost basis that comes with it; absent: the basis of the lots that leave, or the market value."),
      ),
      acquired: optional(day("Acquisition day that comes with it.")),
      memo: optional(text("For people.")),
    },
  ),
  defineFact(
    42,
    "general-ledger-balance",
    "The general ledger states the balance of an account; the ledger posts the difference.",
    {
      account: name("A general-ledger account or a place for cash."),
      currency: name("The currency."),
      side: choice(["debit", "credit"], "Debit: an asset or expense. Credit: a liability, equity or revenue."),
      amount: notNegative(amount("The balance.")),
      contra: name("The account that takes the difference."),
    },
  ),
  defineFact(43, "stock-borrowed", "Securities came in against cash.", {
    lender: name("The stock-borrowed account of the lender."),
    place: name("Where the securities are received."),
    cashPlace: name("The bank from which the cash went."),
    instrument: name("What."),
    quantity: positive(quantity("How much.")),
    currency: name("The currency of the cash."),
    cash: notNegative(amount("Cash given.")),
  }),
  defineFact(44, "stock-borrow-returned", "Borrowed securities went back.", {
    lender: name("The stock-borrowed account of the lender."),
    place: name("Where the securities left."),
    cashPlace: name("The bank to which the cash came."),
    instrument: name("What."),
    quantity: positive(quantity("How much.")),
    currency: name("The currency of the cash."),
    cash: notNegative(amount("Cash received back.")),
  }),
  defineFact(45, "stock-loaned", "Securities went out against cash.", {
    borrower: name("The stock-loaned account of the borrower."),
    place: name("Where the securities left."),
    cashPlace: name("The bank to which the cash came."),
    instrument: name("What."),
    quantity: positive(quantity("How much.")),
    currency: name("The currency of the cash."),
    cash: notNegative(amount("Cash received.")),
  }),
  defineFact(46, "stock-loan-returned", "Loaned securities came back.", {
    borrower: name("The stock-loaned account of the borrower."),
    place: name("Where the securities are received."),
    cashPlace: name("The bank from which the cash went."),
    instrument: name("What."),
    quantity: positive(quantity("How much.")),
    currency: name("The currency of the cash."),
    cash: notNegative(amount("Cash given back.")),
  }),
  // ——— settlement and places ———
  defineFact(
    50,
    "settlement-reported",
    "The depository or a counterparty reports what really moved for a settling obligation.",
    {
      contra: name("The clearing or fail account that the obligation stands in."),
      place: name("Where securities arrived or left."),
      cashPlace: name("Where cash left or arrived."),
      direction: choice(
        ["received", "delivered"],
        "Securities received against payment, or delivered against payment.",
      ),
      instrument: name("What."),
      quantity: positive(quantity("How much.")),
      currency: name("The currency."),
      amount: notNegative(amount("Cash paid (received securities) or received (delivered securities).")),
    },
  ),
  defineFact(51, "place-stated", "A depository, bank or custodian states what it holds for us.", {
    place: name("The place."),
    instrument: name("What; a currency for cash."),
    quantity: quantity("How much."),
    asOf: day("As of the end of this day."),
  }),
  // ——— corporate actions ———
  defineFact(55, "corporate-action-announced", "An issuer announced an event.", {
    action: text("The event's identifier."),
    type: choice(
      [
        "cash-dividend",
        "stock-dividend",
        "split",
        "reverse-split",
        "spin-off",
        "cash-merger",
        "stock-merger",
        "mixed-merger",
        "rights",
        "tender",
        "name-change",
        "return-of-capital",
        "redemption",
      ],
      "What it is.",
    ),
    instrument: name("On what."),
    newInstrument: optional(name("What comes out of it.")),
    exDay: optional(day("Ex-date.")),
    recordDay: optional(day("Record date.")),
    payableDay: optional(day("Payable date.")),
    rate: optional(price("Cash per unit.")),
    newUnits: optional(positive(count("New units of a ratio."))),
    oldUnits: optional(positive(count("Old units of a ratio."))),
    currency: optional(name("Currency of the cash.")),
  }),
  defineFact(56, "corporate-action-effective", "The event took effect on the books on this day.", {
    action: text("The event."),
    effective: day("The day."),
  }),
  // ——— rules, limits, switches ———
  defineFact(60, "rulebook-activated", "Two officers put a rulebook in force.", {
    rulebook: name("Which rulebook, for example 'net-capital'."),
    version: text("Its version."),
    effective: day("From this day."),
    document: text("The whole document."),
    approvedBy: name("The first officer."),
    secondApproval: name("The second officer, another person."),
  }),
  defineFact(61, "limit-set", "A limit stands from now on; an absent value takes it away.", {
    control: name("The control it belongs to."),
    scope: choice(SCOPES, "At what scope."),
    subject: name("At which one of them."),
    value: optional(text("The limit.")),
  }),
  defineFact(62, "kill-switch-thrown", "An officer or a control stopped business.", {
    scope: choice(SCOPES, "At what scope."),
    subject: name("At which one of them."),
    by: name("Who."),
    reason: text("Why."),
  }),
  defineFact(63, "kill-switch-lifted", "Two officers let business go on.", {
    scope: choice(SCOPES, "At what scope."),
    subject: name("At which one of them."),
    by: name("The first officer."),
    secondApproval: name("The second officer, another person."),
  }),
  // ——— capital, and the workflow around it ———
  ...CAPITAL_FACTS,
  // ——— margin ———
  ...MARGIN_FACTS,
  // ——— time, and what left the building ———
  defineFact(80, "time-passed", "Nothing else happened up to this instant; timers fall due.", {}),
  defineFact(
    81,
    "business-day-opened",
    "The firm's business day starts: what settles on it moves from pending to settled.",
    {
      day: day("The day."),
    },
  ),
  defineFact(82, "business-day-closed", "The firm's business day ends.", { day: day("The day.") }),
  defineFact(83, "effect-delivered", "A notice, call or alert of ours reached its channel.", {
    effect: text("The effect's identifier."),
    channel: name("The channel."),
    outcome: choice(["delivered", "failed"], "What became of it."),
  }),
] as const;

/** Any fact, in its JSON form. */
export type Fact = FactOf<(typeof FACTS)[number]>;
export type FactKind = Fact["kind"];
/** The fact of one kind: `FactOfKind<"quote">`. */
export type FactOfKind<K extends FactKind> = Extract<Fact, { kind: K }>;
/** A fact before a connector has stamped it with the time. */
export type UnstampedFact = Fact extends infer F
  ? F extends Fact
    ? Omit<F, "at"> & { readonly at?: string }
    : never
  : never;
