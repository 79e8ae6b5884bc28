/**
 * How a kind of fact is defined: its number, its fields in order, and the version that each field came with. Everything
 * else is derived from the definition: the TypeScript type, the JSON form, the JSON Schema, the binary form, the
 * reference page.
 *
 * The binary form is fixed once a journal holds it. Fields and choices are only ever appended, an appended field is
 * optional and says in `since` with which version it came, and numbers are never reused.
 */

/**
 * What a field holds, with its JSON form → its binary form.
 * - `name`     an identifier → u32, the interned number of the name
 * - `text`     free text or a high-cardinality identifier → u32 length, bytes in the tail
 * - `amount`   money, decimal string → f64, whole units of 10^-4 (the ledger converts, exactly, to the currency's scale)
 * - `quantity` securities, decimal string → f64, whole units of 10^-6 (the ledger converts, exactly, to the asset's scale)
 * - `price`    per unit (per 100 of par for debt), decimal string → f64, whole units of 10^-8
 * - `instant`  ISO 8601 → f64, microseconds since 1970 UTC
 * - `day`      "2026-11-20" → u32, days since 1970
 * - `count`    whole number ≥ 0 → u32
 * - `rate`     "15%" → kept as text
 * - `flag`     true or false → u32, 1 or 0
 * - `choice`   one of a list of words → u32, its index in the list
 */
export type FieldType =
  | "name"
  | "text"
  | "amount"
  | "quantity"
  | "price"
  | "instant"
  | "day"
  | "count"
  | "rate"
  | "flag"
  | "choice";

export const AMOUNT_SCALE = 4;
export const QUANTITY_SCALE = 6;
export const PRICE_SCALE = 8;

/** What a number may be; more is said about a value by the books. */
export type Sign = "any" | "not-negative" | "positive";

export interface Field<T extends FieldType = FieldType, C extends string = string, O extends boolean = boolean> {
  readonly type: T;
  readonly doc: string;
  readonly optional: O;
  readonly choices: readonly C[];
  readonly sign: Sign;
  /** The version of the kind that brought this field. */
  readonly since: number;
}

type Required<T extends FieldType> = Field<T, never, false>;

const make =
  (type: FieldType, sign: Sign = "any") =>
  (doc: string): Field => ({ type, doc, optional: false, choices: [], sign, since: 1 });

export const name = make("name") as (doc: string) => Required<"name">;
export const text = make("text") as (doc: string) => Required<"text">;
export const amount = make("amount") as (doc: string) => Required<"amount">;
export const quantity = make("quantity") as (doc: string) => Required<"quantity">;
export const price = make("price", "not-negative") as (doc: string) => Required<"price">;
const instant = make("instant") as (doc: string) => Required<"instant">;
export const day = make("day") as (doc: string) => Required<"day">;
export const count = make("count") as (doc: string) => Required<"count">;
export const rate = make("rate") as (doc: string) => Required<"rate">;
export const flag = make("flag") as (doc: string) => Required<"flag">;

export function choice<const C extends string>(choices: readonly C[], doc: string): Field<"choice", C, false> {
  return { type: "choice", doc, optional: false, choices, sign: "any", since: 1 };
}

/** The same field, whose value is above zero. */
export function positive<F extends Field>(field: F): F {
  return { ...field, sign: "positive" };
}

/** The same field, whose value is zero or above; every price is, unless it is positive. */
export function notNegative<F extends Field>(field: F): F {
  return { ...field, sign: "not-negative" };
}

/** The same field, which may be absent; `since` names the version that appended it. */
export function optional<T extends FieldType, C extends string>(
  field: Field<T, C, false>,
  since = 1,
): Field<T, C, true> {
  return { ...field, optional: true, since };
}

type Value<F> =
  F extends Field<"choice", infer C>
    ? C
    : F extends Field<"count">
      ? number
      : F extends Field<"flag">
        ? boolean
        : string;

type Fields = Readonly<Record<string, Field>>;

/** The body of a fact in its JSON form. */
type Body<F extends Fields> = { readonly [K in keyof F as F[K]["optional"] extends false ? K : never]: Value<F[K]> } & {
  readonly [K in keyof F as F[K]["optional"] extends true ? K : never]?: Value<F[K]>;
};

/** The fields that every fact carries, first in its binary form. */
export const ENVELOPE = {
  at: instant("When the firm learned it; stamped by the connector that took it in."),
  sourceAt: optional(instant("The source's own time, where it has one.")),
  source: optional(name("Who said so: a feed, a venue, a file, a person.")),
};

/** What every fact carries. */
interface Envelope {
  /** When the firm learned it; stamped by the connector that took it in. */
  readonly at: string;
  /** The source's own time, where it has one. */
  readonly sourceAt?: string;
  /** Who said so: a feed, a venue, a file, a person. */
  readonly source?: string;
}

export interface FactDefinition<K extends string = string, F extends Fields = Fields> {
  readonly kind: K;
  /** The kind's number in the binary form. */
  readonly number: number;
  /** The newest version; version 1 has every field whose `since` is 1. */
  readonly version: number;
  readonly doc: string;
  readonly fields: F;
}

export type FactOf<D> = D extends FactDefinition<infer K, infer F> ? { readonly kind: K } & Envelope & Body<F> : never;

export function defineFact<const K extends string, F extends Fields>(
  number: number,
  kind: K,
  doc: string,
  fields: F,
): FactDefinition<K, F> {
  const version = Math.max(1, ...Object.values(fields).map((field) => field.since));
  return { kind, number, version, doc, fields };
}
