/**
 * Repurchase agreements with one party, 15c3-1(c)(2)(iv)(F), and what (a)(9) adds to the requirement for them.
 *
 * A reverse repo whose securities are worth less than its contract price has a deficit: reduced by its own margin and its
 * own calls, then by what other agreements with the party have to spare, (F)(2). A repo has a deficit where its securities are
 * worth more than its contract price: reduced by its calls, then by what the reverse repos left unused, (F)(3)(ii); what
 * remains is tested one by one, by party and in all, (F)(3)(i). What reduces is used in the order in which the agreements
 * were reported. Agreements with the Federal Reserve Bank of New York have no deficits, (F)(1)(iv).
 */
import type { Trouble } from "../../base/errors.ts";
import { add, type Cents, excessOver, lesser, subtract, toCents, ZERO } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import { freshCalls } from "./amounts.ts";
import { chargeLine, type ChargeContext, type ChargedUnit, type GroupedLine, type Inputs, placeOf } from "./charge.ts";
import {
  dollarsOf,
  dollarsOrNone,
  type ItemSecurity,
  type OpenItem,
  required,
  securityOf,
  troubleWith,
} from "./item.ts";
import type { RepoRates } from "./rules.ts";
import { marketValue, securityInputs, tooMuch, valueTrouble } from "./securities.ts";

const REVERSES_AT = placeOf("reverse-repos");
const ADDITIONS_AT = placeOf("reverse-repo-excess");

/** What secures an agreement. */
const CLASSES = ["treasuries", "agencies", "others"] as const satisfies readonly (keyof RepoRates)[];
type RepoClass = (typeof CLASSES)[number];

interface Agreement {
  readonly item: OpenItem;
  readonly security: ItemSecurity;
  readonly repoClass: RepoClass;
  readonly contract: Cents;
  /** Of a reverse repo. */
  readonly margin: Cents;
  readonly calls: Cents;
  readonly callInputs: Inputs;
  /** With the Federal Reserve Bank of New York. */
  readonly isDisregarded: boolean;
  /** At present prices: market value; the deficit after its own margin and calls, and after what others spare it. */
  value: Cents;
  own: Cents;
  deficit: Cents;
  /** Of a repo: (F)(3)(i)(A). */
  single: Cents;
}

/** All agreements with one party. */
export class RepoParty implements ChargedUnit {
  readonly party: string;
  readonly instruments: readonly number[];
  /** What remains of the deficits of repos, and what (A) takes of them. */
  deficits: Cents = ZERO;
  singles: Cents = ZERO;
  readonly #context: ChargeContext;
  readonly #reverses: readonly Agreement[];
  readonly #repos: readonly Agreement[];
  #reverseCharges: Cents = ZERO;
  #addition: Cents = ZERO;
  #isKnown = false;
  #isTooMuch = false;

  /** Throws what keeps an item from being read. */
  constructor(context: ChargeContext, party: string, items: readonly OpenItem[]) {
    this.#context = context;
    this.party = party;
    this.#reverses = items.filter(({ type }) => type === "reverse-repo").map((item) => agreementOf(context, item));
    this.#repos = items.filter(({ type }) => type === "repo").map((item) => agreementOf(context, item));
    this.instruments = [...new Set([...this.#reverses, ...this.#repos].map(({ security }) => security.instrument))];
  }

  revalue(): boolean {
    const isPriced = this.#valueAll(this.#reverses) && this.#valueAll(this.#repos);
    this.#isTooMuch = isPriced && !this.#isExact();
    this.#isKnown = isPriced && !this.#isTooMuch;
    if (this.#isKnown) this.#workOut();
    return this.#isKnown;
  }

  /** Whether everything together can be held, so that no sum of a part of it is more. */
  #isExact(): boolean {
    let gross = 0;
    for (const { value, contract, margin } of this.#reverses) gross += value + contract + margin;
    for (const { value, contract } of this.#repos) gross += value + contract;
    return gross <= Number.MAX_SAFE_INTEGER / 2;
  }

  #workOut(): void {
    let excess = ZERO;
    let unusedMargin = ZERO;
    for (const reverse of this.#reverses) {
      const { contract, value, margin, calls, isDisregarded } = reverse;
      const short = isDisregarded ? ZERO : excessOver(contract, value);
      reverse.own = excessOver(excessOver(short, margin), calls);
      if (isDisregarded) continue;
      excess = add(excess, excessOver(value, contract));
      unusedMargin = add(unusedMargin, excessOver(margin, short));
    }
    let surplus = ZERO;
    for (const repo of this.#repos) {
      const { contract, value, calls, isDisregarded } = repo;
      repo.own = isDisregarded ? ZERO : excessOver(excessOver(value, contract), calls);
      if (!isDisregarded) surplus = add(surplus, excessOver(contract, value));
    }
    const spared = relieve(this.#reverses, add(excess, surplus));
    this.#reverseCharges = sumOf(this.#reverses, "deficit");
    // What reverse repos have to spare goes first: only they may use it.
    const surplusLeft = subtract(surplus, excessOver(spared, excess));
    relieve(this.#repos, add(surplusLeft, unusedMargin));
    this.#testSingles();
    this.#addition = this.#additionOf();
  }

  #valueAll(agreements: readonly Agreement[]): boolean {
    for (const agreement of agreements) {
      const value = marketValue(this.#context.books, agreement.security);
      if (Number.isNaN(value)) return false;
      agreement.value = value as Cents;
    }
    return true;
  }

  #testSingles(): void {
    const { rates } = this.#context.rules.openItems.repos;
    for (const repo of this.#repos)
      repo.single = excessOver(repo.deficit, portion(repo.contract, rates[repo.repoClass]));
    this.deficits = sumOf(this.#repos, "deficit");
    this.singles = sumOf(this.#repos, "single");
  }

  #additionOf(): Cents {
    let addition = ZERO;
    for (const repoClass of CLASSES) addition = add(addition, this.#additionFor(repoClass));
    return addition;
  }

  /** (a)(9): a share of what the securities held are worth above their contract prices, by class. */
  #additionFor(repoClass: RepoClass): Cents {
    const { rate, rates } = this.#context.rules.openItems.reverseRepoAddition;
    let value = ZERO;
    let contract = ZERO;
    for (const reverse of this.#reverses) {
      if (reverse.repoClass !== repoClass) continue;
      value = add(value, reverse.value);
      contract = add(contract, reverse.contract);
    }
    return portion(excessOver(value, portion(contract, rates[repoClass])), rate);
  }

  addTo(sums: Float64Array, sign: 1 | -1): void {
    if (!this.#isKnown) return;
    sums[REVERSES_AT] += sign * this.#reverseCharges;
    sums[ADDITIONS_AT] += sign * this.#addition;
  }

  lines(): readonly GroupedLine[] {
    if (!this.#isKnown) return [];
    const { rules } = this.#context;
    const { rate, rates, paragraph } = rules.openItems.reverseRepoAddition;
    const charges = this.#reverses.map((reverse) =>
      chargeLine(
        "reverse-repos",
        reverse.item.item,
        reverse.item.label ?? `${reverse.item.item}, with ${this.party}`,
        rules.openItems.reverseRepos.paragraph,
        reverse.deficit,
        this.#inputsOf(reverse),
      ),
    );
    const additions = CLASSES.filter((repoClass) => this.#additionFor(repoClass) > 0).map((repoClass) =>
      chargeLine(
        "reverse-repo-excess",
        `${this.party}/${repoClass}`,
        `${repoClass}, with ${this.party}`,
        paragraph,
        this.#additionFor(repoClass),
        { above: `${formatRate(rates[repoClass])} of contract prices`, rate: formatRate(rate) },
      ),
    );
    return [...charges, ...additions];
  }

  /** The repos, with what (A) takes of each. */
  singleLines(): readonly { readonly item: OpenItem; readonly amount: Cents; readonly inputs: Inputs }[] {
    const { rates } = this.#context.rules.openItems.repos;
    return this.#repos.map((repo) => ({
      item: repo.item,
      amount: repo.single,
      inputs: { ...this.#inputsOf(repo), free: `${formatRate(rates[repo.repoClass])} of the contract price` },
    }));
  }

  #inputsOf({ security, contract, value, margin, callInputs, own, deficit, isDisregarded }: Agreement): Inputs {
    return {
      party: this.party,
      ...securityInputs(this.#context.books, security),
      contract,
      marketValue: value,
      ...(margin > 0 && { margin }),
      ...callInputs,
      ...(own !== deficit && { reducedByOthers: subtract(own, deficit) }),
      ...(isDisregarded && { rule: "with the Federal Reserve Bank of New York: no deficit" }),
      deficit,
    };
  }

  troubles(): readonly Trouble[] {
    if (this.#isKnown) return [];
    if (this.#isTooMuch) return [tooMuch(`agreements with ${this.party}`)];
    const { books } = this.#context;
    return [...this.#reverses, ...this.#repos]
      .filter(({ security }) => Number.isNaN(marketValue(books, security)))
      .map(({ item, security }) => troubleWith(item, valueTrouble(books, security)));
  }
}

function agreementOf(context: ChargeContext, item: OpenItem): Agreement {
  const { books, rules } = context;
  const { repos, reverseRepos } = rules.openItems;
  required(item, "party");
  const security = securityOf(books, item);
  const { calls, inputs } = freshCalls(item, item.type === "repo" ? repos : reverseRepos, context);
  return {
    item,
    security,
    repoClass: repoClassOf(context, security),
    contract: dollarsOf(item, "amount"),
    margin: item.type === "repo" ? ZERO : dollarsOrNone(item, "margin"),
    calls,
    callInputs: inputs,
    isDisregarded: item.federalReserve === true,
    value: ZERO,
    own: ZERO,
    deficit: ZERO,
    single: ZERO,
  };
}

/** Securities of other states are neither treasuries nor agencies of the United States. */
function repoClassOf({ books }: ChargeContext, { instrument }: ItemSecurity): RepoClass {
  const { type, country = "US" } = books.instruments.attributes(instrument);
  if (country !== "US") return "others";
  return type === "treasury" ? "treasuries" : type === "agency" ? "agencies" : "others";
}

/** Reduces deficits by what there is, in order. Returns how much of it was used. */
function relieve(agreements: readonly Agreement[], available: Cents): Cents {
  let left = available;
  for (const agreement of agreements) {
    const used = lesser(agreement.own, left);
    agreement.deficit = subtract(agreement.own, used);
    left = subtract(left, used);
  }
  return subtract(available, left);
}

function sumOf(agreements: readonly Agreement[], of: "deficit" | "single"): Cents {
  let sum = 0;
  for (const agreement of agreements) sum += agreement[of];
  return toCents(sum);
}
