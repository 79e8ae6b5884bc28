/**
 * The book document: a firm's books as one file of YAML or JSON, for the calculators, for examples, and to carry books from
 * one place to another. Its parts are facts without their envelope, so that one vocabulary serves all; the schema is
 * published as `schemas/book-document.schema.json`.
 */
import { type Static, Type } from "typebox";
import { Document, isMap, parseDocument, visit } from "yaml";
import type { Origin } from "../base/errors.ts";
import type { ReportKind } from "../books/reports.ts";
import type { FactKind, FactOfKind } from "../facts/kinds.ts";
import { factJsonSchema } from "../facts/schema.ts";
import { loadRulebook } from "../rulebook/load.ts";
import { type Proposal, PROPOSALS } from "./capital/proposals.ts";
import { type FirmSection, firmSchema } from "./rules-document.ts";

type Envelope = "kind" | "at" | "sourceAt" | "source";
type Entry<K extends FactKind> = Omit<FactOfKind<K>, Envelope>;

export interface BookInstrument extends Omit<Entry<"instrument-listed">, "currency"> {
  /** Dollars where absent. */
  readonly currency?: string;
  /** What its positions are valued at. */
  readonly price?: string;
}

/** A decimal as a text, or as a number of at most fifteen digits. */
export type Decimal = string | number;

/** A credit is positive, a debit negative. */
export interface BookBalance {
  readonly account: string;
  readonly currency?: string;
  readonly balance: Decimal;
}

/** One lot of a position: a claim or a long position is positive, what is at a place or sold short is negative. */
export interface BookPosition {
  readonly account: string;
  readonly instrument: string;
  readonly quantity: Decimal;
  /** What it cost, or brought where it was sold short; positive. */
  readonly cost?: string;
  readonly acquired?: string;
}

/** A fact, which may leave out when the firm learned it: a second after the one before. */
export type SubsequentFact = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface BookDocument {
  readonly asOf: string;
  /** Sequence number of the last fact behind it, where it was written from a journal. */
  readonly seq?: number;
  /** In place of the firm section of the net-capital rulebook. */
  readonly firm?: FirmSection;
  /** In place of parts of the margin rulebook, each by its path: "house.rates". */
  readonly marginRules?: Readonly<Record<string, unknown>>;
  /** The accounts that take what does not sum to zero; absent: everything must. */
  readonly contra?: { readonly cash: string; readonly securities: string };
  readonly instruments: readonly BookInstrument[];
  readonly accounts: readonly Entry<"account-opened">[];
  readonly balances: readonly BookBalance[];
  readonly positions: readonly BookPosition[];
  readonly capitalItems?: readonly Entry<"capital-item-reported">[];
  readonly commitments?: readonly Entry<"commitment-reported">[];
  readonly openItems?: readonly Entry<"open-item-reported">[];
  readonly subordinations?: readonly Entry<"subordination-agreed">[];
  readonly subordinationPayments?: readonly Entry<"subordination-payment-scheduled">[];
  readonly theoreticalValues?: readonly Entry<"theoretical-values-stated">[];
  readonly volatilities?: readonly Entry<"volatility-stated">[];
  readonly marketMaking?: readonly Entry<"market-making-changed">[];
  readonly interestRates?: readonly Entry<"interest-rate-stated">[];
  readonly deferredTaxes?: readonly Entry<"deferred-tax-stated">[];
  readonly marginTerms?: readonly Entry<"margin-terms-stated">[];
  readonly specialMemoranda?: readonly Entry<"special-memorandum-stated">[];
  readonly marketStatistics?: readonly Entry<"market-statistics-stated">[];
  readonly borrowTerms?: readonly Entry<"borrow-terms-stated">[];
  readonly outsidePositions?: readonly Entry<"outside-position-stated">[];
  /** Acts on capital: the answer says whether the rules allow them. They are no part of the books. */
  readonly proposals?: readonly Proposal[];
  /** What happened afterwards, in order: the answer says what stands after each. It is no part of the books. */
  readonly subsequently?: readonly SubsequentFact[];
}

/** The parts that are lists of reports: name, kind of fact, description. */
export const REPORT_PARTS = [
  ["openItems", "open-item-reported", "Fails, differences, receivables, repos: what ages or moves with the market."],
  ["subordinations", "subordination-agreed", "Subordination agreements."],
  ["subordinationPayments", "subordination-payment-scheduled", "Payments that fall due under them."],
  ["theoreticalValues", "theoretical-values-stated", "A vendor's values at ten points."],
  ["volatilities", "volatility-stated", "Volatilities to value options with."],
  ["marketMaking", "market-making-changed", "Securities in which the firm makes a market."],
  ["interestRates", "interest-rate-stated", "Riskless rates to value options with."],
  ["deferredTaxes", "deferred-tax-stated", "Taxes behind adjustments of net worth, 15c3-1(c)(2)(i)(C) to (E)."],
  ["marginTerms", "margin-terms-stated", "On what terms accounts are margined."],
  ["specialMemoranda", "special-memorandum-stated", "What SMAs stand at."],
  ["marketStatistics", "market-statistics-stated", "What the tape of past days says of instruments."],
  ["borrowTerms", "borrow-terms-stated", "How hard instruments are to borrow."],
  ["outsidePositions", "outside-position-stated", "What clients hold with other firms."],
] as const satisfies readonly (readonly [keyof BookDocument, ReportKind, string])[];

type Schema = Readonly<Record<string, unknown>>;
interface ObjectSchema {
  readonly title: string;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

const KINDS = (factJsonSchema() as { readonly oneOf: readonly ObjectSchema[] }).oneOf;
const ENVELOPE = new Set(["kind", "at", "sourceAt", "source"]);

/** The schema of a fact without its envelope, with `more` properties, of which none is required. */
function entrySchema(kind: FactKind, more: Readonly<Record<string, Schema>> = {}): Schema {
  const found = KINDS.find(({ title }) => title === kind);
  const properties = Object.entries(found?.properties ?? {}).filter(([name]) => !ENVELOPE.has(name));
  const required = (found?.required ?? []).filter((name) => !ENVELOPE.has(name) && !(name in more));
  return {
    type: "object",
    properties: { ...Object.fromEntries(properties), ...more },
    required,
    additionalProperties: false,
  };
}

function objectSchema(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

const name = (description: string): Schema => ({ type: "string", minLength: 1, description });
const decimal = (description: string): Schema => ({
  type: ["string", "number"],
  pattern: String.raw`^[+-]?\d+(\.\d+)?$`,
  description,
});
const amount = (description: string): Schema => ({
  type: "string",
  pattern: String.raw`^\d+(\.\d{1,2})?$`,
  description,
});
const day = (description: string): Schema => ({
  type: "string",
  pattern: String.raw`^\d{4}-\d{2}-\d{2}$`,
  description,
});
const list = (items: Schema, description: string): Schema => ({ type: "array", items, description });

/** The published JSON Schema. */
export function bookDocumentJsonSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Book document",
    description: "A firm's books on one day: what the calculators read and what export writes.",
    ...shape(),
  };
}

function shape(): Schema {
  const listing = entrySchema("instrument-listed", {
    currency: name("The currency in which it is priced; USD where absent."),
    price: decimal("What its positions are valued at."),
  });
  return objectSchema(
    {
      asOf: day("The business day of the books."),
      instruments: list(listing, "Everything that a balance or a position is in; dollars need not be listed."),
      accounts: list(entrySchema("account-opened"), "Every account."),
      balances: list(
        objectSchema(
          { account: name("The account."), balance: decimal("Its cash: a credit is positive, a debit negative.") },
          { currency: name("USD where absent.") },
        ),
        "Balances of cash.",
      ),
      positions: list(
        objectSchema(
          {
            account: name("The account."),
            instrument: name("The security."),
            quantity: decimal("A claim or a long position is positive, a place or a short position negative."),
          },
          { cost: decimal("What it cost, or brought where it was sold short."), acquired: day("Acquisition day.") },
        ),
        "Balances of securities; a position may stand in several lots.",
      ),
    },
    {
      seq: { type: "integer", minimum: 0, description: "Sequence number of the last fact behind it." },
      firm: {
        ...(firmSchema as unknown as Schema),
        description: "In place of the firm section of the net-capital rulebook.",
      },
      marginRules: {
        type: "object",
        description: 'In place of parts of the margin rulebook, each by its path: "house.rates".',
      },
      contra: objectSchema({
        cash: name("Takes cash that does not sum to zero."),
        securities: name("Takes securities that do not."),
      }),
      capitalItems: list(entrySchema("capital-item-reported"), "Items that operations report."),
      commitments: list(entrySchema("commitment-reported"), "Open contractual commitments."),
      ...Object.fromEntries(
        REPORT_PARTS.map(([part, kind, description]) => [part, list(entrySchema(kind), description)]),
      ),
      proposals: list(
        objectSchema(
          {
            type: { type: "string", enum: PROPOSALS, description: "What is to be done." },
            amount: amount("How much."),
          },
          {
            agreement: name("The subordination agreement that it is under."),
            loss: amount("Of a revolving prepayment: the loss before tax of the last three months; zero for none."),
          },
        ),
        "Acts on capital; the answer says whether the rules allow them.",
      ),
      subsequently: list(
        {
          type: "object",
          properties: { kind: { type: "string", enum: KINDS.map(({ title }) => title), description: "Its kind." } },
          required: ["kind"],
        },
        "Facts that came afterwards, in order, each as docs/reference/facts.md has it; without `at`, a second apart.",
      ),
    },
  );
}

const documentSchema = Type.Unsafe<BookDocument>(shape());

/** Reads a document in YAML or JSON; throws the first thing that is wrong with it, with its line and column. */
export function readBookDocument(text: string, origin: Origin = {}): Static<typeof documentSchema> {
  return loadRulebook(text, documentSchema, origin);
}

/** The document as YAML, one line for each entry. */
export function formatBookDocument(document: BookDocument): string {
  const yaml = new Document(document);
  visit(yaml, {
    Seq: (_, entries) => {
      for (const entry of entries.items) if (isMap(entry)) entry.flow = true;
    },
  });
  return yaml.toString({ lineWidth: 0 });
}

/**
 * A net-capital rulebook as a document is computed under it: with the document's firm section in place of its own, and in
 * force on the document's day. Its version says what was put in its place, so that no figure passes for one of its own.
 */
export function rulebookFor({ firm, asOf }: Pick<BookDocument, "firm" | "asOf">, rulebook: string): string {
  const document = parseDocument(rulebook);
  const isEarly = asOf < String(document.get("effective"));
  if (firm === undefined && !isEarly) return rulebook;
  const notes = [
    firm === undefined ? [] : "firm as in the book document",
    isEarly ? "before it took effect" : [],
  ].flat();
  if (firm !== undefined) document.set("firm", firm);
  if (isEarly) document.set("effective", asOf);
  document.set("version", `${String(document.get("version"))} (${notes.join(", ")})`);
  return document.toString({ lineWidth: 0 });
}
