/**
 * Special conditions of a rulebook, as expressions in CEL:
 *
 *   instrument.sector == "Energy" && position.value > dollars("$2,000,000")
 *
 * A condition is compiled once, when its rulebook is read: every name, type and literal is checked then, and what is wrong
 * is said with its place in the text. Deciding it takes a bounded number of steps, reads nothing but its variables, and
 * comes out the same everywhere: no clock, no regular expressions, no loops.
 *
 * Something that is not stated is unknown. A condition that turns on it cannot be decided, and says so, unless it asks
 * `has(instrument.sector)` first; one that is true or false whatever that may be, is.
 */
import { type ASTNode, type Environment, EvaluationError } from "@marcbachmann/cel-js";
import { assert } from "../../base/assert.ts";
import { Trouble } from "../../base/errors.ts";
import { explainCelError, typeInWords } from "./cel-errors.ts";
import { checkNodes, childrenOf } from "./check.ts";
import { bareEnvironment, CEL_TYPES, celValue } from "./language.ts";
import type { ConditionProblem, ConditionValues, ConditionVariables } from "./variables.ts";

/** True, false, or what it cannot be decided without. */
export type Decision = boolean | { readonly unknown: string };

type Context = Readonly<Record<string, object>>;

/** The values of one group by name; each group has a class of its own. */
class GroupValues {
  [name: string]: unknown;
}

/** What the conditions of one kind of rulebook may speak of. Made once; compiles any number of conditions. */
export class ConditionLanguage<V extends ConditionVariables> {
  readonly variables: V;
  readonly #environment: Environment = bareEnvironment();
  /** For each group the class by which CEL knows its values. */
  readonly #classes = new Map<keyof V, typeof GroupValues>();

  constructor(variables: V) {
    this.variables = variables;
    for (const [group, fields] of Object.entries(variables)) {
      const ctor = class extends GroupValues {};
      this.#classes.set(group, ctor);
      this.#environment.registerType(group, {
        ctor,
        fields: Object.fromEntries(Object.entries(fields).map(([field, { type }]) => [field, CEL_TYPES[type]])),
      });
      this.#environment.registerVariable(group, group);
    }
  }

  /** The condition, or the first thing that is wrong with its text. */
  compile(text: string): Condition<V> | ConditionProblem {
    const numbers = wholeNumbers(text, this.#environment);
    if ("summary" in numbers) return numbers;
    const problem = (found: ConditionProblem): ConditionProblem => ({
      ...found,
      offset: numbers.original(found.offset),
    });
    try {
      const parsed = this.#environment.parse(numbers.text);
      const refused = checkNodes(parsed.ast, this.variables);
      if (refused !== undefined) return problem(refused);
      const { type, error } = parsed.check();
      if (error !== undefined) return problem(explainCelError(error, numbers.text));
      if (type !== "bool") {
        return { summary: `is ${typeInWords(type ?? "dyn")}`, expected: "something that is true or false", offset: 0 };
      }
      return new Condition(numbers.text, new Set(identifiers(parsed.ast)), parsed);
    } catch (error) {
      return problem(explainCelError(error, numbers.text));
    }
  }

  /** The values of one group as conditions take them: made once for all conditions that read it. */
  values<G extends keyof V & string>(group: G, values: ConditionValues<V, G>): object {
    const ctor = this.#classes.get(group);
    assert(ctor !== undefined, "the group is declared");
    const held = new ctor();
    for (const name in this.variables[group]) held[name] = celValue(this.variables[group][name].type, values[name]);
    return held;
  }
}

/** A condition that was compiled. */
export class Condition<V extends ConditionVariables> {
  /** The groups of variables that it reads. */
  readonly groups: ReadonlySet<keyof V>;
  readonly #text: string;
  readonly #run: (context: Context) => unknown;

  /** `text` as it was given to CEL, which `run` is. */
  constructor(text: string, groups: ReadonlySet<string>, run: (context: Context) => unknown) {
    this.#text = text;
    this.groups = groups;
    this.#run = run;
  }

  /** Whether it holds. `context` has what `values` made of every group that it reads. */
  decide(context: Readonly<Partial<Record<keyof V & string, object>>>): Decision {
    try {
      return this.#run(context as Context) === true;
    } catch (error) {
      if (error instanceof Trouble && error.code === "overflow") return { unknown: "a sum below 2^53 cents" };
      if (!(error instanceof EvaluationError) || error.code !== "no_such_key" || error.range === undefined) throw error;
      return { unknown: variableBefore(this.#text, error.range.end) };
    }
  }
}

function* identifiers(node: ASTNode): Generator<string> {
  if (node.op === "id") yield node.args;
  for (const child of childrenOf(node)) yield* identifiers(child);
}

/** "instrument.sector", whose last letter stands before `end`. */
function variableBefore(text: string, end: number): string {
  return (/[\w.\s]+$/.exec(text.slice(0, end))?.[0] ?? "").replaceAll(/\s/g, "");
}

/** A text in which whole numbers are written as CEL writes doubles, 2 as 2.0, and the way back to the original. */
interface WholeNumbers {
  readonly text: string;
  original(offset: number): number;
}

function wholeNumbers(text: string, environment: Environment): WholeNumbers | ConditionProblem {
  let ast: ASTNode;
  try {
    ast = environment.parse(text).ast;
  } catch (error) {
    return explainCelError(error, text);
  }
  const ends = [...literals(ast)].map(({ end }) => end).sort((a, b) => a - b);
  const pieces = [0, ...ends].map((start, index) => text.slice(start, ends[index]));
  return {
    text: pieces.join(".0"),
    original: (offset) => {
      let back = offset;
      for (const [index, end] of ends.entries())
        if (offset > end + 2 * index) back = Math.max(end, offset - 2 * (index + 1));
      return back;
    },
  };
}

/** Whole numbers that are written in decimal. */
function* literals(node: ASTNode): Generator<ASTNode> {
  if (node.op === "value" && typeof node.args === "bigint" && /^\d+$/.test(node.input.slice(node.start, node.end)))
    yield node;
  for (const child of childrenOf(node)) yield* literals(child);
}
