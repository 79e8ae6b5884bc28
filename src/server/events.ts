/**
 * What the page lists of effects, newest first. What concerns the firm stands there one by one. What concerns accounts is told
 * together by kind and quarter of an hour, so that a thousand margin calls are one event; and it never takes more than half of
 * the list from the firm.
 */
import type { EffectKind } from "../base/effect.ts";
import { formatInstant } from "../base/time.ts";
import type { Effect, Outbox } from "../engine/effects.ts";
import type { FirmEvent } from "./live-firm.ts";

const SLOT_MICROS = 15 * 60_000_000;
/** Accounts that an event of many names. */
const NAMED = 5;

/** What is said of many of a kind, after their number. */
const TOGETHER: Readonly<Partial<Record<EffectKind, string>>> = {
  "margin-standing": "accounts fell or rose on the margin ladder",
  "margin-call-issued": "margin calls made",
  "margin-call-deepened": "margin calls are deeper than was last told",
  "margin-call-reduced": "margin calls met in part",
  "margin-call-extended": "margin calls extended",
  "margin-call-overdue": "margin calls overdue",
  "margin-call-ended": "margin calls ended",
  "margin-restriction-imposed": "accounts restricted to closing orders",
  "margin-restriction-ended": "accounts no longer restricted",
  "liquidation-proposed": "proposals to close positions",
  "liquidation-approved": "proposals approved",
  "liquidation-rejected": "proposals rejected",
  "liquidation-ended": "proposals over",
  "closing-order": "closing orders",
};

export class Events {
  readonly #outbox: Outbox;
  #made: { readonly asOf: number; readonly most: number; readonly events: readonly FirmEvent[] } | undefined;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  newest(most: number): readonly FirmEvent[] {
    const { count: asOf } = this.#outbox;
    if (this.#made?.asOf !== asOf || this.#made.most !== most) this.#made = { asOf, most, events: this.#make(most) };
    return this.#made.events;
  }

  #make(most: number): readonly FirmEvent[] {
    const ofAccounts = [...groupsOf(this.#outbox.kept("accounts"), most)].map(eventOfGroup);
    const half = Math.ceil(most / 2);
    const ofFirm = this.#outbox
      .kept("firm")
      .slice(-Math.max(half, most - ofAccounts.length))
      .map(eventOf);
    return [...ofFirm, ...ofAccounts.slice(0, most - ofFirm.length)].sort((a, b) => b.id - a.id);
  }
}

interface Group {
  readonly key: string;
  /** Newest first. */
  readonly effects: readonly Effect[];
}

/** The newest groups, at most so many, the newest first. */
function groupsOf(effects: readonly Effect[], most: number): Group[] {
  const groups = new Map<string, Effect[]>();
  for (const effect of effects.toReversed()) {
    const key = `${effect.kind} ${effect.severity} ${Math.floor(effect.at / SLOT_MICROS)}`;
    const group = groups.get(key);
    if (group !== undefined) group.push(effect);
    else if (groups.size < most) groups.set(key, [effect]);
  }
  return [...groups].map(([key, found]) => ({ key, effects: found }));
}

function eventOfGroup({ key, effects }: Group): FirmEvent {
  const [newest] = effects;
  if (effects.length === 1) return { ...eventOf(newest), group: key };
  const accounts = [...new Set(effects.flatMap((effect) => accountOf(effect) ?? []))];
  const named = accounts.slice(0, NAMED).join(", ");
  const others = accounts.length > NAMED ? ` and ${accounts.length - NAMED} more` : "";
  const { number: id, seq, at, severity, kind } = newest;
  return {
    id,
    seq,
    at: formatInstant(at),
    severity,
    title: `${effects.length} ${TOGETHER[kind] ?? "of accounts"}`,
    ...(named !== "" && { detail: `${named}${others}.` }),
    group: key,
  };
}

/** The account that an effect explains itself by. */
function accountOf({ line }: Effect): string | undefined {
  return line?.startsWith("margin/") === true ? line.slice("margin/".length) : undefined;
}

function eventOf(effect: Effect): FirmEvent {
  const { number: id, seq, at, severity, title, text, paragraph, line, due, to } = effect;
  const told = to.length === 0 ? "" : ` Told: ${to.join(", ")}.`;
  const account = accountOf(effect);
  return {
    id,
    seq,
    at: formatInstant(at),
    severity,
    title,
    detail: `${due === undefined ? text : `Due by ${formatInstant(due)}.`}${told}`,
    ...(paragraph !== undefined && { paragraph }),
    ...(account !== undefined && { account }),
    ...(line !== undefined && account === undefined && { line }),
  };
}
