/**
 * Fails, 15c3-1(c)(2)(ix), (iv)(E), (a)(1)(ii)(D), and differences between the books and what is there, (v).
 *
 * An aged fail to deliver is charged the haircut of its security on market value, more by what the contract has above
 * market value, less by what it has below; never less than nothing. Its age counts from settlement date.
 */
import { add, type Cents, excessOver } from "../../base/money.ts";
import { formatRate, portion, type Rate, rate } from "../../base/rate.ts";
import { formatAge } from "./ages.ts";
import { agedAmount, fixedAmount, uncharged } from "./amounts.ts";
import type { ChargeContext, Inputs, ItemCharge } from "./charge.ts";
import { dollarsOf, dollarsOrNone, type OpenItem, securityOf, sinceOf } from "./item.ts";
import { classOf, type SecurityClass } from "./securities.ts";

const NOTHING: Rate = rate(0, 1);

/** The business days by which the charge is put off: as extended, up to the most that the authority may. */
function extensionOf({ extension = 0 }: OpenItem, most: number): number {
  return Math.min(extension, most);
}

function extensionInput(days: number): Inputs {
  return days === 0 ? {} : { extension: `${days} business days` };
}

/** (ix), and (a)(8)(iv) for a municipal securities brokers' broker that elected it. */
export function failToDeliver(context: ChargeContext, item: OpenItem): ItemCharge {
  const { books, rules, ages } = context;
  const { failsToDeliver } = rules.openItems;
  const { charged, municipals, extensionMost, brokersBroker } = failsToDeliver;
  const security = securityOf(books, item);
  const contract = dollarsOf(item, "amount");
  const since = sinceOf(item);
  const isMunicipal = books.instruments.type(security.instrument) === "municipal";
  const from = isMunicipal ? municipals : charged;
  const extension = extensionOf(item, extensionMost);
  const isElected = isMunicipal && rules.firm.municipalBrokersBroker;
  const paragraph = isElected ? brokersBroker.paragraph : failsToDeliver.paragraph;
  const aged: Inputs = {
    contract,
    age: ages.words(since, from.unit),
    charged: formatAge(from),
    ...extensionInput(extension),
  };
  if (item.clearingAgency === true && rules.readings.cnsFails === "not-fails")
    return uncharged("fails-to-deliver", paragraph, { ...aged, reading: "owed to a clearing agency, not a fail" });
  if (!ages.isReached(since, from, extension)) return uncharged("fails-to-deliver", paragraph, aged);
  const charge = isElected ? electedFail(contract, brokersBroker.rate) : agedFail(contract, classOf(context, security));
  return {
    security,
    group: "fails-to-deliver",
    paragraph,
    amountAt: charge.amountAt,
    inputsAt: (value) => ({ ...aged, ...charge.rateInputsAt(value) }),
  };
}

interface FailCharge {
  readonly amountAt: (value: Cents) => Cents;
  readonly rateInputsAt: (value: Cents) => Inputs;
}

function agedFail(contract: Cents, { rateAt, paragraphAt }: SecurityClass): FailCharge {
  return {
    amountAt: (value) => excessOver(add(portion(value, rateAt(value)), contract), value),
    rateInputsAt: (value) => ({ rate: formatRate(rateAt(value)), rateOf: paragraphAt(value) }),
  };
}

function electedFail(contract: Cents, share: Rate): FailCharge {
  return {
    amountAt: (value) => add(portion(contract, share), excessOver(contract, value)),
    rateInputsAt: () => ({ rate: `${formatRate(share)} of the contract` }),
  };
}

/** (iv)(E): what has to be paid for the shares above what the contract brings, once it is old. */
export function failToReceive({ books, rules, ages }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph, charged } = rules.openItems.failsToReceive;
  const contract = dollarsOf(item, "amount");
  const since = sinceOf(item);
  const inputs = { contract, age: ages.words(since, charged.unit), charged: formatAge(charged) };
  if (!ages.isReached(since, charged)) return uncharged("fails-to-receive", paragraph, inputs);
  return {
    security: securityOf(books, item),
    group: "fails-to-receive",
    paragraph,
    amountAt: (value) => excessOver(value, contract),
    inputsAt: () => inputs,
  };
}

/** (a)(1)(ii)(D): under the alternative, a share of what is kept out of the debits because it is matched. */
export function matchedFails({ rules }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph, rate: share } = rules.openItems.matchedFails;
  const contract = dollarsOf(item, "amount");
  if (rules.firm.method !== "alternative")
    return uncharged("matched-fails", paragraph, { contract, rule: "under the alternative only" });
  const amount = portion(contract, share);
  const inputs = { contract, rate: formatRate(share) };
  return fixedAmount("matched-fails", paragraph, amount, inputs);
}

/** (v)(A): a share of market value that rises with the business days since discovery. */
export function shortDifference(
  { books, rules, ages }: ChargeContext,
  item: OpenItem,
  group: "short-differences" | "unconfirmed-transfers",
): ItemCharge {
  const { paragraph, extensionMost, steps } = rules.openItems.shortDifferences;
  const since = sinceOf(item);
  const extension = extensionOf(item, extensionMost);
  const step = steps.findLast(({ age }) => ages.isReached(since, age, extension));
  const share = step?.rate ?? NOTHING;
  const inputs = {
    age: ages.words(since, steps[0].age.unit),
    charged: formatAge((step ?? steps[0]).age),
    ...extensionInput(extension),
    rate: formatRate(share),
  };
  if (step === undefined) return uncharged(group, paragraph, inputs);
  return {
    security: securityOf(books, item),
    group,
    paragraph,
    amountAt: (value) => portion(value, share),
    inputsAt: () => inputs,
  };
}

/** (v)(B): what was sold before the difference was resolved may have to be bought back. */
export function longDifference({ books, rules }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph } = rules.openItems.longDifferences;
  if (item.sold !== true) return uncharged("long-differences", paragraph, { sold: "no" });
  const reserve = dollarsOrNone(item, "margin");
  return {
    security: securityOf(books, item),
    group: "long-differences",
    paragraph,
    amountAt: (value) => excessOver(value, reserve),
    inputsAt: () => ({ sold: "yes", reserve }),
  };
}

/** (iv)(E): a debit that nothing stands behind, once it has been looked into for long enough. */
export function moneyDifference(context: ChargeContext, item: OpenItem): ItemCharge {
  const { moneyDifferences } = context.rules.openItems;
  const { found = "suspense" } = item;
  const rules = { paragraph: moneyDifferences.paragraph, charged: moneyDifferences[found] };
  return agedAmount("money-differences", rules, context, item, { found });
}
