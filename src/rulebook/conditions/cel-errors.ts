/** What CEL refuses, in the words of somebody who writes rulebooks. */
import { ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import { EXAMPLES } from "./check.ts";
import type { ConditionProblem } from "./variables.ts";

/** A type of CEL, for people. */
export function typeInWords(type: string): string {
  const list = /^list<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) return `a list of ${typesInWords(list)}`;
  return IN_WORDS[type]?.[0] ?? `a ${type}`;
}

function typesInWords(type: string): string {
  return IN_WORDS[type]?.[1] ?? type;
}

const IN_WORDS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  string: ["a text", "texts"],
  bool: ["true or false", "true or false"],
  double: ["a number", "numbers"],
  dollars: ["an amount", "amounts"],
  rate: ["a rate", "rates"],
  day: ["a day", "days"],
};

/** Words that other languages write where CEL has signs. */
const SIGNS = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
  ["=", "=="],
  ["<>", "!="],
]);

/** The problem that an error of CEL stands for; what is none of these is thrown again. */
export function explainCelError(error: unknown, text: string): ConditionProblem {
  if (error instanceof ParseError) return explainParseError(error, text);
  if (error instanceof CelTypeError) return explainTypeError(error);
  throw error;
}

function explainParseError({ code, summary, range }: ParseError, text: string): ConditionProblem {
  const offset = Math.min(range?.start ?? 0, text.length);
  if (text.trim() === "") return { summary: "is empty", expected: "a condition", offset: 0 };
  if (code === "unterminated_string") return { summary: "a quote is not closed", expected: "its counterpart", offset };
  const word = wordAround(text, text.slice(0, offset).trimEnd().endsWith("not") ? offset - 2 : offset);
  const sign = SIGNS.get(word.text.toLowerCase());
  if (sign !== undefined) return { summary: `"${word.text}" is not taken here`, expected: sign, offset: word.start };
  if (offset >= text.trimEnd().length)
    return { summary: "ends too early", expected: "the rest of the condition, or its closing bracket", offset };
  if (/limit|exceed|max/i.test(`${code} ${summary}`))
    return { summary: "is too long or too deep", expected: "a shorter condition, or two rules", offset };
  return {
    summary: `cannot be read from "${word.text}" on`,
    expected: "a comparison, &&, || or a bracket",
    offset: word.start,
  };
}

/** The word, or the run of signs, that the character at `offset` belongs to. */
function wordAround(text: string, offset: number): { readonly start: number; readonly text: string } {
  const pattern = /\w+|[=<>!]+|\S/g;
  for (const match of text.matchAll(pattern)) {
    if (match.index + match[0].length > offset) return { start: match.index, text: match[0] };
  }
  return { start: offset, text: text.slice(offset) };
}

function explainTypeError({ code, summary, range }: CelTypeError): ConditionProblem {
  const offset = range?.start ?? 0;
  const overload = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (overload !== null) {
    const [, left, operator, right] = overload;
    return {
      summary: `${typeInWords(left)} and ${typeInWords(right)} do not go together with ${operator}`,
      expected: literalFor(left, right, operator),
      offset,
    };
  }
  const unary = /^no such overload: ([!-])(\S+)$/.exec(summary);
  if (unary !== null) {
    const [, sign, type] = unary;
    return {
      summary: `${sign} does not go before ${typeInWords(type)}`,
      expected: sign === "!" ? "something that is true or false" : "a number",
      offset,
    };
  }
  const types = [...summary.matchAll(/'([^']+)'/g)].map(([, type]) => type);
  switch (code) {
    case "heterogeneous_list_element":
      return { summary: "a list holds values of one kind", expected: typeInWords(types[0] ?? "dyn"), offset };
    case "incompatible_ternary_branches":
      return { summary: "the two answers of ? : are of different kinds", expected: "values of one kind", offset };
    case "no_matching_overload":
      return {
        summary: "a text is searched for a text",
        expected: 'for example instrument.sector.contains("oil")',
        offset,
      };
    default:
      return types.length > 0
        ? {
            summary: `${typeInWords(types[types.length - 1])} stands where it cannot`,
            expected: "something that is true or false",
            offset,
          }
        : { summary, offset };
  }
}

/** What to write instead, where one side says what the other must be. */
function literalFor(left: string, right: string, operator: string): string {
  const own = [left, right].find((type) => type in EXAMPLES);
  if (own !== undefined && "+*-".includes(operator)) return "amounts on both sides, or a rate times an amount";
  if (own !== undefined) return `${typeInWords(own)} on both sides, written ${EXAMPLES[own]}`;
  if (operator === "in") return 'a list of its kind, such as ["Energy", "Utilities"]';
  return `${typeInWords(left)} on both sides`;
}
