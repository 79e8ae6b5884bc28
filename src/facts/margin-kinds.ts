/**
 * The facts behind margin that no trade and no balance shows: the terms on which an account is margined, what was carried
 * over from an older system, what the tape says of a security over days, positions that a client holds elsewhere, and
 * what officers decide about calls and liquidations.
 */
import {
  amount,
  choice,
  day,
  defineFact,
  flag,
  name,
  notNegative,
  optional,
  positive,
  quantity,
  rate,
  text,
} from "./define.ts";

export const MARGIN_FACTS = [
  defineFact(86, "margin-terms-stated", "On what terms an account is margined; the newest says all.", {
    account: name("The account."),
    marginedWith: optional(name("The account whose margin account this one is part of: a short account, for example.")),
    exempt: optional(flag("An exempt account, 4210(a)(13).")),
    uncoveredOptions: optional(flag("Approved to write uncovered options, 4210(f)(2) and (g)(4)(C).")),
    monitoring: optional(
      choice(
        ["real-time", "end-of-day", "executed-away"],
        "How its portfolio margin is watched, which sets the least equity, 4210(g)(4).",
      ),
    ),
    dayTrading: optional(
      choice(
        ["pattern-day-trader", "intraday"],
        "The standard it is held to until 2027-10-20: 4210(f)(8)(B) as it was, or (d)(2).",
      ),
    ),
    houseGroup: optional(name("The group of the house rules it belongs to.")),
    liquidateLast: optional(name("An instrument that its customer asked to close last.")),
  }),
  defineFact(87, "special-memorandum-stated", "What an account's SMA stands at, where it was kept elsewhere before.", {
    account: name("The account."),
    amount: amount("Its balance."),
    reason: text("Why it is stated."),
  }),
  defineFact(88, "market-statistics-stated", "What the tape of past days says of an instrument.", {
    instrument: name("The instrument."),
    asOf: day("The last day that it rests on."),
    beta: optional(text("Its beta to the market, a decimal.")),
    volatility: optional(rate("Its volatility per year, of daily returns.")),
    averageDailyVolume: optional(notNegative(quantity("Units traded a day."))),
    outstanding: optional(positive(quantity("Units outstanding."))),
    sector: optional(name("Its sector.")),
  }),
  defineFact(89, "borrow-terms-stated", "How hard an instrument is to borrow.", {
    instrument: name("The instrument."),
    hardToBorrow: flag("Whether it is."),
    fee: optional(rate("What borrowing it costs per year.")),
  }),
  defineFact(90, "margin-call-extended", "A margin call may be met later.", {
    call: text("Its identifier."),
    until: day("The new due day."),
    by: name("The officer, or the authority."),
    reason: text("Why."),
  }),
  defineFact(
    91,
    "margin-deposit-announced",
    "A deposit against a call is on its way; it cures nothing until it is in.",
    {
      account: name("The account."),
      amount: positive(amount("How much.")),
      expected: day("When."),
    },
  ),
  defineFact(92, "liquidation-decided", "An officer approves or rejects a proposal to close positions.", {
    proposal: text("Its identifier."),
    decision: choice(["approved", "rejected"], "Which."),
    by: name("The officer."),
    reason: text("Why."),
  }),
  defineFact(
    93,
    "outside-position-stated",
    "What a client holds with another firm, so that its whole position is seen: shares, or a swap on them.",
    {
      position: name("Its lasting identifier; a new report replaces the old one."),
      client: name("The owner group that it belongs to."),
      holder: name("The other firm."),
      instrument: name("The instrument, or what the swap is on."),
      form: choice(["security", "swap"], "What it is."),
      quantity: quantity("Units, negative where short; zero takes it away."),
      asOf: day("The day that it was reported for."),
    },
  ),
  defineFact(
    94,
    "severe-stress-stated",
    "What a severe stress scenario would leave an account owing; the newest says all, and nothing once it is zero.",
    {
      account: name("The account that others are margined with."),
      scenario: name("The scenario that is worst for it, of those that the margin rulebook calls severe."),
      deficit: notNegative(amount("What the account would owe beyond what it is worth.")),
      asOfSeq: text("Sequence number of the fact whose books were stressed."),
    },
  ),
] as const;
