/** Facts in JSON: an array of them, or JSON Lines, one to a line. Fields carry the names that the reference gives them. */
import { Trouble } from "../../base/errors.ts";
import type { Problems } from "./problems.ts";
import type { Row, Rows } from "./rows.ts";

/** The value, or undefined where the text is not JSON: then it has gone to `problems`. */
function parseJson(text: string, origin: { file: string; row?: number; line?: number }, problems: Problems): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const within = /line (\d+) column (\d+)/.exec(error.message);
    const line = origin.line ?? (within === null ? undefined : Number(within[1]));
    const said = error.message.replaceAll(/\s+/g, " ");
    problems.add(
      new Trouble("bad-document", `not JSON: ${said}`, { origin: { ...origin, ...(line !== undefined && { line }) } }),
    );
    return undefined;
  }
}

/** Reads the rows of a JSON file: an array where it starts with a bracket, else JSON Lines. */
export function readJson(text: string, file: string, problems: Problems): Rows {
  const columnOf = (): undefined => undefined;
  const rows: Row[] = [];
  if (text.trimStart().startsWith("[")) {
    const facts = parseJson(text, { file }, problems);
    if (Array.isArray(facts)) for (const [index, json] of facts.entries()) rows.push({ json, row: index + 1 });
    return { rows, columnOf };
  }
  let row = 0;
  for (const [index, content] of text.split("\n").entries()) {
    if (content.trim() === "") continue;
    row++;
    const line = index + 1;
    const json = parseJson(content, { file, row, line }, problems);
    if (json !== undefined) rows.push({ json, row, line });
  }
  return { rows, columnOf };
}
