/**
 * What the page knows of the firm. Messages write here as they come; React hears of it once in an animation frame, by a
 * counter, so that a burst of updates costs one rendering.
 */
import { useSyncExternalStore } from "react";
import type { FirmEvent, Mover, NetCapitalView, Status } from "../../src/server/live-firm.ts";
import type { MarginOverview } from "../../src/server/live-margin.ts";
import type { WatchView } from "../../src/server/live-watch.ts";
import type { StreamMessage } from "../../src/server/stream.ts";
import { joined } from "./event-list.ts";
import { History } from "./history.ts";

/** The table of positions is read by people: it changes no faster than this. */
const MOVERS_INTERVAL_MS = 1000;

class Store {
  connection: "connecting" | "open" | "lost" = "connecting";
  status: Status | undefined;
  netCapital: NetCapitalView | undefined;
  watch: WatchView | undefined;
  margin: MarginOverview | undefined;
  movers: readonly Mover[] = [];
  /** While a pointer or the focus is on the positions, they hold still. */
  moversHeld = false;
  events: readonly FirmEvent[] = [];
  readonly history = new History();
  #moversSince = Number.NEGATIVE_INFINITY;
  #version = 0;
  #frame = 0;
  readonly #listeners = new Set<() => void>();

  apply(message: StreamMessage): void {
    this.connection = "open";
    this.status = message.status;
    this.netCapital = message.netCapital;
    this.watch = message.watch;
    this.margin = message.margin;
    if (message.type === "snapshot") {
      this.history.reset(message.history);
      this.events = message.events;
      this.#moversSince = Number.NEGATIVE_INFINITY;
    } else {
      this.events = joined(message.events, this.events);
    }
    const { seq, at, answer } = message.netCapital;
    const figure = answer === "figure" ? message.netCapital : { netCapital: null, requirement: null };
    this.history.add({ seq, at, netCapital: figure.netCapital, requirement: figure.requirement });
    this.#takeMovers(message.movers);
    this.#changed();
  }

  disconnected(): void {
    this.connection = "lost";
    this.#changed();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  #takeMovers(movers: readonly Mover[]): void {
    const now = performance.now();
    if (this.moversHeld || now - this.#moversSince < MOVERS_INTERVAL_MS) return;
    this.#moversSince = now;
    this.movers = movers;
  }

  #changed(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#version++;
      for (const listener of this.#listeners) listener();
    });
  }
}

export type { Store };
export const store = new Store();

/** Renders the calling component again when the firm has changed. */
export function useStore(): Store {
  useSyncExternalStore(store.subscribe, store.version);
  return store;
}
