/** The margin rulebook that is shipped, and the fact that puts a margin rulebook in force. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const RULEBOOK = readFileSync(join(import.meta.dirname, "../rulebooks/margin.yaml"), "utf8");

function stated(document: string, name: string): string {
  return new RegExp(`^${name}: "?([^"\\n]+)"?$`, "m").exec(document)?.[1] ?? "";
}

export const VERSION = stated(RULEBOOK, "version");
export const EFFECTIVE = stated(RULEBOOK, "effective");

/** Two officers put a document in force, under the version and from the day that it states. */
export function activation(document = RULEBOOK) {
  return {
    kind: "rulebook-activated",
    rulebook: "margin",
    version: stated(document, "version"),
    effective: stated(document, "effective"),
    document,
    approvedBy: "first officer",
    secondApproval: "second officer",
  } as const;
}
