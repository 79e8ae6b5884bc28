/**
 * The process that stresses a running firm beside its engine. It derives the firm from the journal once, follows it from run to
 * run, and between runs keeps the books still, so that scenarios that somebody asks for are answered at once. It has what the
 * engine leaves of the machine.
 */
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { formatInstant } from "../base/time.ts";
import { readJournal, snapshotStore } from "../engine/directory.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { recover, replay } from "../engine/recovery.ts";
import type { Position } from "../server/live-firm.ts";
import type { ReverseView, StressRow, StressView } from "../server/live-margin.ts";
import { stressRow, stressView } from "../server/stress-view.ts";
import { DIRECTIONS, firmInWords } from "../stress/answer.ts";
import { type Preparation, Preparing } from "../stress/preparation.ts";
import { FirmSearch } from "../stress/reverse.ts";
import { readStressRules, type Scenario, scenariosOf } from "../stress/rules.ts";
import type { ScenarioDocument } from "../stress/rules-document.ts";
import { type SevereFound, SevereSearch } from "../stress/severe.ts";
import { Stress } from "../stress/stress.ts";
import { readText } from "./config.ts";
import { pageScenarios, SHIPPED_SCENARIOS } from "./stress-scenarios.ts";

/** What the process is told. A run is of the books after this fact, which is durable. */
export type StressTask =
  | { readonly kind: "run"; readonly seq: number; readonly reverse: boolean }
  | { readonly kind: "ask"; readonly id: number; readonly scenarios: readonly ScenarioDocument[] };

/** What it says. */
export type StressSaid =
  | { readonly kind: "ran"; readonly ran: StressRan | undefined }
  | { readonly kind: "answered"; readonly id: number; readonly view: StressView }
  | { readonly kind: "refused"; readonly id: number; readonly trouble: Pick<Trouble, "code" | "summary" | "details"> };

/** Undefined where no margin rulebook is in force. */
interface StressRan {
  readonly view: StressView;
  readonly reverse: ReverseView | undefined;
  readonly severe: SevereFound;
  readonly preparation: Preparation;
}

interface Stressed {
  readonly stress: Stress;
  readonly position: Position;
}

type Ask = Extract<StressTask, { kind: "ask" }>;

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

class StressProcess {
  readonly #directory: string;
  readonly #rules = readStressRules(readText(SHIPPED_SCENARIOS), { file: SHIPPED_SCENARIOS });
  readonly #scenarios: readonly Scenario[] = pageScenarios(this.#rules.scenarios);
  readonly #reader: ReturnType<typeof readJournal>;
  #state: FirmState | undefined;
  /** The books that stand still; undefined while they move. */
  #stressed: Stressed | undefined;
  #asked: Ask[] = [];

  constructor(directory: string) {
    this.#directory = directory;
    this.#reader = readJournal(directory);
  }

  async run(seq: number, reverse: boolean): Promise<StressRan | undefined> {
    const state = this.#moveTo(seq);
    const started = performance.now();
    this.#stressed = stressedOf(state, this.#rules);
    if (this.#stressed === undefined) return undefined;
    const { stress, position } = this.#stressed;
    for (const ask of this.#asked.splice(0)) this.ask(ask);
    const severe = new SevereSearch(stress);
    const preparing = new Preparing(stress, this.#scenarios);
    const rows: StressRow[] = [];
    for (const scenario of this.#scenarios) {
      const result = stress.run(scenario);
      severe.add(result);
      preparing.add(result.accounts.figures);
      rows.push(stressRow(result));
      await turn();
    }
    const view = stressView(stress, rows, stress.netCapital, { position, took: performance.now() - started });
    const sentences = reverse ? await reverseOf(stress) : undefined;
    return {
      view,
      reverse: sentences && { ...position, sentences },
      severe: severe.found(state.seq),
      preparation: preparing.prepared(state.seq),
    };
  }

  #moveTo(seq: number): FirmState {
    this.#stressed = undefined;
    if (this.#state === undefined) this.#state = recover(this.#reader, snapshotStore(this.#directory), { seq }).state;
    else replay(this.#state, this.#reader, { seq });
    return this.#state;
  }

  /** Answers once the books stand still. */
  ask(ask: Ask): void {
    if (this.#stressed === undefined) this.#asked.push(ask);
    else say(this.#answer(ask, this.#stressed));
  }

  #answer({ id, scenarios }: Ask, { stress, position }: Stressed): StressSaid {
    const started = performance.now();
    try {
      const own = scenariosOf(readText(SHIPPED_SCENARIOS), scenarios);
      const rows = own.map((scenario) => stressRow(stress.run(scenario)));
      const took = performance.now() - started;
      return { kind: "answered", id, view: stressView(stress, rows, stress.netCapital, { position, took }) };
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const { code, summary, details } = error;
      return { kind: "refused", id, trouble: { code, summary, details } };
    }
  }
}

function stressedOf(state: FirmState, rules: ReturnType<typeof readStressRules>): Stressed | undefined {
  const { books, margin } = state;
  if (margin.rules === undefined) return undefined;
  return {
    stress: new Stress({ books, margin: margin.rules, tape: margin.tape, rules }),
    position: { seq: state.seq, at: formatInstant(state.at) },
  };
}

async function reverseOf(stress: Stress): Promise<readonly string[]> {
  const search = new FirmSearch(stress);
  const sentences: string[] = [];
  for (const kind of ["loss", "tier"] as const)
    for (const direction of DIRECTIONS) {
      const finding = search.finding(kind, direction);
      for (;;) {
        const { done = false, value } = finding.next();
        if (done && value !== undefined) sentences.push(firmInWords(kind, value));
        if (done) break;
        await turn();
      }
    }
  return sentences;
}

function say(said: StressSaid): void {
  process.send?.(said);
}

setPriority(constants.priority.PRIORITY_LOW);
const own = new StressProcess(join(process.argv[2] ?? ""));
process.on("message", (task: StressTask) => {
  if (task.kind === "ask") return own.ask(task);
  own.run(task.seq, task.reverse).then(
    (ran) => say({ kind: "ran", ran }),
    (error: unknown) => {
      process.stderr.write(`plimsoll: stress: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
