/** Puts rulebooks in force from files. */
import { parse } from "yaml";
import { formatInstant, type Instant } from "../base/time.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import { readText } from "./config.ts";

/** The fact that two officers put the rulebook in this file in force. What is wrong with the document, the engine says. */
export function activationOf(
  path: string,
  [approvedBy, secondApproval]: readonly string[],
  at: Instant,
): FactOfKind<"rulebook-activated"> {
  const document = readText(path);
  const { rulebook, version, effective } = parse(document) as { rulebook: string; version: string; effective: string };
  return {
    kind: "rulebook-activated",
    at: formatInstant(at),
    rulebook,
    version,
    effective,
    document,
    approvedBy,
    secondApproval,
  };
}
