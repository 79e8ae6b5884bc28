/** A net-capital rulebook, draft or not, as the fact that puts it in force on a day of a branch. */
import { parseDocument } from "yaml";
import { type Day, formatDay } from "../../base/time.ts";
import type { UnstampedFact } from "../../facts/kinds.ts";
import { readNetCapitalRules } from "../../net-capital/rules.ts";
import { NET_CAPITAL } from "../../net-capital/rules-document.ts";
import type { RulebookStore } from "../../rulebook/store.ts";

/** Throws what is wrong with the document, with its line and column there. */
export function asIfInForce(text: string, store: RulebookStore, day: Day): UnstampedFact {
  readNetCapitalRules(text, { file: "rulebook" });
  const document = parseDocument(text);
  const known = store.history(NET_CAPITAL);
  let version = `${String(document.get("version"))} (what-if)`;
  while (known.some((other) => other.version === version)) version += "'";
  const effective = formatDay(day);
  document.set("version", version);
  document.set("effective", effective);
  const sameDay = known.findLast((other) => other.effective === day);
  if (sameDay === undefined) document.delete("replaces");
  else document.set("replaces", sameDay.version);
  return {
    kind: "rulebook-activated",
    rulebook: NET_CAPITAL,
    version,
    effective,
    document: document.toString({ lineWidth: 0 }),
    approvedBy: "what-if",
    secondApproval: "nobody",
  };
}
