/** Plays a drill against a real engine, as fast as it goes, on the shipped rulebooks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { Engine } from "../../src/engine/engine.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { MemoryJournal } from "../../src/journal/memory.ts";
import type { Drill, DrillRulebook } from "../../src/simulator/drills/drill.ts";
import { DrillRun } from "../../src/simulator/drills/drill-run.ts";
import { Pacer } from "../../src/simulator/pacer.ts";

/** With `firm.method` set where one is given. */
export function shippedRulebook(name: "net-capital" | "margin", method?: string): DrillRulebook {
  const document = parseDocument(readFileSync(join(import.meta.dirname, "../../rulebooks", `${name}.yaml`), "utf8"));
  if (method !== undefined) document.setIn(["firm", "method"], method);
  const version = String(document.get("version"));
  const effective = String(document.get("effective"));
  const officers = { approvedBy: "A. Officer", secondApproval: "B. Officer" };
  return { rulebook: name, version, effective, document: String(document), ...officers };
}

export async function playDrill(drill: Drill) {
  const journal = new MemoryJournal();
  const engine = new Engine(journal, new FirmState());
  const run = new DrillRun(engine, drill);
  await run.open();
  await run.play(new Pacer({ day: drill.script, speed: "max" }), () => undefined);
  return { journal, engine, run };
}
