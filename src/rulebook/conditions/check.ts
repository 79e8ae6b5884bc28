/**
 * What a condition may not hold although CEL would take it, and what CEL refuses, in words. Only what is listed here is
 * let through: no regular expressions, no loops over lists, no conversions, no values without a type.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { Trouble } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { LITERALS } from "./language.ts";
import type { ConditionProblem, ConditionVariables } from "./variables.ts";

const OPERATORS = new Set(["&&", "||", "!_", "-_", "?:", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*"]);
const METHODS = ["startsWith", "endsWith", "contains"];

/** The nodes directly below a node. */
export function childrenOf({ op, args }: ASTNode): readonly ASTNode[] {
  if (op === "value" || op === "id" || op === "map") return [];
  if (op === "." || op === ".?") return [args[0]];
  if (op === "call") return args[1];
  if (op === "rcall") return [args[1], ...args[2]];
  return op === "!_" || op === "-_" ? [args] : args;
}

/** The first thing in it that is not let through, if any. */
export function checkNodes(node: ASTNode, variables: ConditionVariables): ConditionProblem | undefined {
  const own = checkNode(node, variables);
  if (own !== undefined) return own;
  // The group of a variable and the text of a literal have been looked at with what they belong to.
  const below = node.op === "." || (node.op === "call" && node.args[0] !== "has") ? [] : childrenOf(node);
  for (const child of below) {
    const problem = checkNodes(child, variables);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkNode(node: ASTNode, variables: ConditionVariables): ConditionProblem | undefined {
  if (node.op === "value") {
    const isPlain = ["string", "number", "boolean"].includes(typeof node.args);
    return isPlain ? undefined : notHere(node, "a text, a number, true or false");
  }
  if (node.op === "id") return checkWord(node, node.args, variables);
  if (node.op === ".") return checkVariable(node, node.args[0], node.args[1], variables);
  if (node.op === "call") return checkCall(node, node.args[0], node.args[1]);
  if (node.op === "rcall") return checkMethod(node, node.args[0], node.args[1].end);
  if (node.op === "list") {
    const wrong = node.args.find((entry) => entry.op !== "value" && entry.op !== "call");
    return wrong === undefined ? undefined : notHere(wrong, "a value that is written out");
  }
  if (OPERATORS.has(node.op)) return undefined;
  const summary = `"${SHOWN[node.op] ?? node.op}" is not taken here`;
  return { summary, expected: "comparisons, &&, ||, !, in, +, - and *", offset: node.start };
}

function checkMethod({ input }: ASTNode, method: string, after: number): ConditionProblem | undefined {
  if (METHODS.includes(method)) return undefined;
  const meant = nearest(method, METHODS);
  return {
    summary: `there is no ${method}() here`,
    expected: (meant === undefined ? METHODS : [meant]).map((name) => `${name}()`).join(", "),
    offset: input.indexOf(method, after),
  };
}

const SHOWN: Readonly<Record<string, string>> = { "[]": "[ ]", map: "{ }" };

function notHere(node: ASTNode, expected: string): ConditionProblem {
  return { summary: `${textOf(node)} is not taken here`, expected, offset: node.start };
}

function textOf({ input, start, end }: ASTNode): string {
  return input.slice(start, end);
}

/** A word that stands alone: a group without its variable, or a text without its quotes. */
function checkWord(node: ASTNode, word: string, variables: ConditionVariables): ConditionProblem {
  if (Object.hasOwn(variables, word)) {
    const [first = ""] = Object.keys(variables[word]);
    return {
      summary: `${word} alone is no value`,
      expected: `one of its variables, such as ${word}.${first}`,
      offset: node.start,
    };
  }
  const meant = nearest(word, Object.keys(variables));
  return {
    summary: `${word} is not known here`,
    expected: meant === undefined ? `${Object.keys(variables).join(", ")}, or quotes around a text: "${word}"` : meant,
    offset: node.start,
  };
}

function checkVariable(
  node: ASTNode,
  owner: ASTNode,
  name: string,
  variables: ConditionVariables,
): ConditionProblem | undefined {
  if (owner.op !== "id") return notHere(node, "a variable such as group.name");
  if (!Object.hasOwn(variables, owner.args)) return checkWord(owner, owner.args, variables);
  const group = variables[owner.args];
  if (Object.hasOwn(group, name)) return undefined;
  const meant = nearest(name, Object.keys(group));
  const known = Object.keys(group);
  return {
    summary: `${owner.args} has no "${name}"`,
    expected: meant === undefined ? `one of ${known.join(", ")}` : `${owner.args}.${meant}, if that is what was meant`,
    offset: node.pos,
  };
}

function checkCall(node: ASTNode, name: string, args: readonly ASTNode[]): ConditionProblem | undefined {
  if (name === "has") {
    return args.length === 1 && args[0].op === "."
      ? undefined
      : { summary: "has() asks whether a variable is known", expected: "has(group.name)", offset: node.start };
  }
  const functions = [...Object.keys(LITERALS), "has"];
  if (!Object.hasOwn(LITERALS, name)) {
    return {
      summary: `there is no ${name}() here`,
      expected: functions.map((known) => `${known}()`).join(", "),
      offset: node.start,
    };
  }
  const [text] = args;
  if (args.length !== 1 || text.op !== "value" || typeof text.args !== "string") {
    return {
      summary: `${name}() takes a text that is written out`,
      expected: EXAMPLES[name],
      offset: args[0]?.start ?? node.start,
    };
  }
  try {
    LITERALS[name](text.args);
    return undefined;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { summary: `${textOf(text)} is ${error.summary}`, expected: EXAMPLES[name], offset: text.start };
  }
}

/** How a literal of each type is written. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  dollars: 'dollars("$250,000")',
  rate: 'rate("15%")',
  day: 'day("2027-01-01")',
};
