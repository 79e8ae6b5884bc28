/**
 * The securities of one account, and what (c)(2)(vi) and (vii) take of them by themselves, family by family: of the firm's
 * account that secures a debt, and of an account with a deficit.
 *
 * A debt that the firm's own securities secure is left out of aggregate indebtedness as far as it is adequately
 * collateralized, (c)(1)(i): the equity of the account covers the haircuts of what is in it. What it lacks counts, up to
 * the debt; FINRA interpretation (c)(1)(i)/02.
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, excessOver, lesser, subtract, toCents, ZERO } from "../../base/money.ts";
import { familyDeduction } from "../haircuts/positions.ts";
import { cannotClassify, principalOf } from "../holdings.ts";
import { addValue, emptySides, FAMILIES, type Sides } from "../schedule.ts";
import { chargeLine, type ChargeContext, type ChargedUnit, type GroupedLine, type Inputs, placeOf } from "./charge.ts";
import { accountOf, dollarsOf, type OpenItem, troubleWith } from "./item.ts";
import { marketValue, tooMuch, valueTrouble } from "./securities.ts";

interface HeldSecurity {
  readonly instrument: number;
  readonly units: number;
  readonly bucket: number;
  /** Of a convertible: the bucket from this principal on. */
  readonly bucketAtPrincipal: number | undefined;
  readonly principal: number;
}

class AccountSecurities {
  readonly account: number;
  /** All that it ever held. */
  readonly instruments: number[] = [];
  /** Market value of longs less shorts. */
  value: Cents = ZERO;
  haircuts: Cents = ZERO;
  readonly #context: ChargeContext;
  readonly #sides: Sides;
  #isGathered = false;
  #isTooMuch = false;
  #held: readonly HeldSecurity[] = [];
  #unclassified: readonly Trouble[] = [];

  constructor(context: ChargeContext, account: number) {
    this.account = account;
    this.#context = context;
    this.#sides = emptySides(context.rules.schedule);
    this.#gather();
  }

  /** A balance of the account changed. */
  changed(): void {
    this.#isGathered = false;
  }

  /** What the account has now. */
  #gather(): void {
    this.#isGathered = true;
    const { ledger, instruments } = this.#context.books;
    const held: HeldSecurity[] = [];
    const unclassified: Trouble[] = [];
    for (let row = ledger.firstRow(this.account); row !== -1; row = ledger.nextRow(row)) {
      const { asset, quantity } = ledger.rows.columns;
      if (quantity[row] === 0 || instruments.type(asset[row]) === "currency") continue;
      if (!this.instruments.includes(asset[row])) this.instruments.push(asset[row]);
      const found = this.#classify(asset[row], quantity[row]);
      if (found instanceof Trouble) unclassified.push(found);
      else held.push(found);
    }
    this.#held = held.sort((a, b) => a.instrument - b.instrument);
    this.#unclassified = unclassified;
  }

  #classify(instrument: number, units: number): HeldSecurity | Trouble {
    const { books, classifier } = this.#context;
    const attributes = books.instruments.attributes(instrument);
    const found = classifier.classify(attributes);
    if (found.kind !== "bucket") return cannotClassify(found.kind, found.what, attributes.instrument);
    if (found.bucket === classifier.elsewhere)
      return cannotClassify("missing-rule", `a ${attributes.type} that secures an account`, attributes.instrument);
    const { bucket, bucketAtPrincipal } = found;
    const principal = bucketAtPrincipal === undefined ? 0 : principalOf(books.instruments, instrument, units);
    return { instrument, units, bucket, bucketAtPrincipal, principal };
  }

  /** False where something has no price or no class. Allocates nothing but after a change of balance. */
  revalue(): boolean {
    if (!this.#isGathered) this.#gather();
    if (this.#unclassified.length > 0) return false;
    const { books, rules } = this.#context;
    this.#sides.long.fill(0);
    this.#sides.short.fill(0);
    let worth = 0;
    let gross = 0;
    for (const held of this.#held) {
      const value = marketValue(books, held);
      if (Number.isNaN(value)) return false;
      const { bucketAtPrincipal } = held;
      const atPrincipal = bucketAtPrincipal !== undefined && Math.abs(value) >= held.principal;
      addValue(this.#sides, atPrincipal ? bucketAtPrincipal : held.bucket, value);
      worth += value;
      gross += Math.abs(value);
    }
    this.#isTooMuch = gross > Number.MAX_SAFE_INTEGER / 2;
    if (this.#isTooMuch) return false;
    let haircuts = 0;
    for (const family of FAMILIES) haircuts += familyDeduction(family, this.#sides, rules);
    this.value = toCents(worth);
    this.haircuts = toCents(haircuts);
    return true;
  }

  troubles(): readonly Trouble[] {
    const { books } = this.#context;
    const unpriced = this.#held.filter((held) => Number.isNaN(marketValue(books, held)));
    return [
      ...this.#unclassified,
      ...unpriced.map((held) => valueTrouble(books, held)),
      ...(unpriced.length === 0 && this.#isTooMuch ? [tooMuch(books.accounts.attributes(this.account).account)] : []),
    ];
  }
}

/** A charge that follows from what an account has. */
export abstract class AccountUnit implements ChargedUnit {
  protected readonly securities: AccountSecurities;
  protected readonly item: OpenItem;
  #isKnown = false;
  protected amount: Cents = ZERO;

  constructor(context: ChargeContext, item: OpenItem) {
    this.securities = new AccountSecurities(context, accountOf(context.books, item));
    this.item = item;
  }

  protected abstract readonly group: "collateralized-debt" | "deficit-account-securities";
  protected abstract readonly paragraph: string;
  /** The amount at the present value and haircuts of the account. */
  protected abstract amountNow(): Cents;
  protected abstract inputs(): Inputs;

  get account(): number {
    return this.securities.account;
  }

  get instruments(): readonly number[] {
    return this.securities.instruments;
  }

  /** A balance of the account changed. */
  changed(): void {
    this.securities.changed();
  }

  revalue(): boolean {
    this.#isKnown = this.securities.revalue();
    if (this.#isKnown) this.amount = this.amountNow();
    return this.#isKnown;
  }

  addTo(sums: Float64Array, sign: 1 | -1): void {
    if (this.#isKnown) sums[placeOf(this.group)] += sign * this.amount;
  }

  lines(): readonly GroupedLine[] {
    if (!this.#isKnown) return [];
    const { item, label = item } = this.item;
    return [chargeLine(this.group, item, label, this.paragraph, this.amount, this.inputs())];
  }

  troubles(): readonly Trouble[] {
    return this.#isKnown ? [] : this.securities.troubles().map((trouble) => troubleWith(this.item, trouble));
  }
}

/** (c)(1)(i): what leaves aggregate indebtedness. */
export class CollateralizedDebtUnit extends AccountUnit {
  protected readonly group = "collateralized-debt";
  protected readonly paragraph: string;
  readonly #debt: Cents;

  constructor(context: ChargeContext, item: OpenItem) {
    super(context, item);
    this.paragraph = context.rules.openItems.collateralizedDebt.paragraph;
    this.#debt = dollarsOf(item, "amount");
  }

  protected amountNow(): Cents {
    return subtract(this.#debt, this.#included());
  }

  /** What the equity lacks to cover the haircuts, up to the debt. */
  #included(): Cents {
    const { value, haircuts } = this.securities;
    const equity = subtract(value, this.#debt);
    return lesser(this.#debt, excessOver(haircuts, equity));
  }

  protected inputs(): Inputs {
    const { value, haircuts } = this.securities;
    return {
      account: this.item.account ?? "",
      debt: this.#debt,
      marketValue: value,
      equity: subtract(value, this.#debt),
      haircuts,
      staysIn: this.#included(),
    };
  }
}

/** (c)(2)(iv)(B): haircuts of securities in an account that has a deficit. */
export class DeficitSecuritiesUnit extends AccountUnit {
  protected readonly group = "deficit-account-securities";
  protected readonly paragraph: string;

  constructor(context: ChargeContext, item: OpenItem) {
    super(context, item);
    this.paragraph = context.rules.openItems.accountDeficits.paragraph;
  }

  protected amountNow(): Cents {
    return this.securities.haircuts;
  }

  protected inputs(): Inputs {
    const { value, haircuts } = this.securities;
    return { account: this.item.account ?? "", marketValue: value, haircuts };
  }
}
