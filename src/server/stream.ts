/**
 * `WebSocket /stream`: a page gets one snapshot when it connects, then updates. Changes are conflated: at most one message
 * for each page and tick, made once for all pages. A page that reads too slowly gets nothing until it has caught up, and
 * then a new snapshot, so that it costs the server one socket buffer and is never behind by more than that.
 */
import fastifyWebsocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import {
  CLOSE_MS_MAX,
  STREAM_BUFFERED_BYTES_MAX,
  STREAM_CLIENTS_MAX,
  STREAM_EVENTS,
  STREAM_HEARTBEAT_MS,
  STREAM_HISTORY_POINTS,
  STREAM_MESSAGE_BYTES_MAX,
  STREAM_MOVERS,
  STREAM_STALLED_MS_MAX,
  STREAM_UPDATES_PER_SECOND_MAX,
} from "./limits.ts";
import { parseInstant } from "../base/time.ts";
import type { FirmEvent, HistoryPoint, LiveFirm, Mover, NetCapitalView, Status } from "./live-firm.ts";
import type { MarginOverview } from "./live-margin.ts";
import type { WatchView } from "./live-watch.ts";
import { thin } from "./thin.ts";

interface Update {
  readonly type: "update";
  readonly status: Status;
  readonly netCapital: NetCapitalView;
  readonly movers: readonly Mover[];
  /** Those that happened since the last update, newest first. */
  readonly events: readonly FirmEvent[];
  /** What stands: the tier in force, restrictions, notices with their clocks. */
  readonly watch: WatchView;
  /** How many accounts stand where; lists and accounts are asked for. */
  readonly margin: MarginOverview;
}

interface Snapshot extends Omit<Update, "type"> {
  readonly type: "snapshot";
  /** Oldest first; each later update carries the next point in `netCapital`. */
  readonly history: readonly HistoryPoint[];
}

export type StreamMessage = Snapshot | Update;

/** Of the history before a session that its chart starts with. */
const LEAD_MICROS = 3_600_000_000;
const TICK_MS = 1000 / STREAM_UPDATES_PER_SECOND_MAX;
/** WebSocket close codes: RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

interface Client {
  readonly socket: WebSocket;
  /** Ticks in a row that this page was behind; 0 while it keeps up. */
  ticksBehind: number;
  answersPings: boolean;
}

export class Stream {
  readonly #live: LiveFirm;
  readonly #clients = new Set<Client>();
  #unsubscribe: (() => void) | undefined;
  #tick: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #changed = false;
  #lastEvent = Number.NEGATIVE_INFINITY;

  constructor(live: LiveFirm) {
    this.#live = live;
  }

  /** Pages that are connected. */
  get size(): number {
    return this.#clients.size;
  }

  add(socket: WebSocket): void {
    if (this.#clients.size === STREAM_CLIENTS_MAX) {
      socket.close(TRY_AGAIN_LATER, `${STREAM_CLIENTS_MAX} pages are watching already`);
      return;
    }
    const client: Client = { socket, ticksBehind: 0, answersPings: true };
    this.#clients.add(client);
    socket.on("close", () => this.#remove(client));
    socket.on("pong", () => {
      client.answersPings = true;
    });
    if (this.#clients.size === 1) this.#start();
    socket.send(this.#snapshot());
  }

  /** Says goodbye to every page; those that have not answered after `CLOSE_MS_MAX` are cut off. */
  close(): void {
    for (const { socket } of this.#clients) {
      socket.close(GOING_AWAY, "the server is stopping");
      const cut = setTimeout(() => socket.terminate(), CLOSE_MS_MAX);
      socket.once("close", () => clearTimeout(cut));
    }
    this.#stop();
  }

  #start(): void {
    this.#lastEvent = this.#live.events(1)[0]?.id ?? Number.NEGATIVE_INFINITY;
    this.#unsubscribe = this.#live.subscribe(() => {
      this.#changed = true;
      this.#schedule();
    });
    this.#heartbeat = setInterval(() => this.#beat(), STREAM_HEARTBEAT_MS);
  }

  #stop(): void {
    this.#unsubscribe?.();
    clearInterval(this.#heartbeat);
    clearTimeout(this.#tick);
    this.#tick = undefined;
  }

  #remove(client: Client): void {
    if (this.#clients.delete(client) && this.#clients.size === 0) this.#stop();
  }

  #schedule(): void {
    this.#tick ??= setTimeout(() => {
      this.#tick = undefined;
      this.#send();
    }, TICK_MS);
  }

  #send(): void {
    const update = this.#changed ? this.#update() : undefined;
    this.#changed = false;
    let snapshot: string | undefined;
    for (const client of this.#clients) {
      const { socket } = client;
      if (socket.bufferedAmount > STREAM_BUFFERED_BYTES_MAX) {
        client.ticksBehind++;
        if (client.ticksBehind * TICK_MS > STREAM_STALLED_MS_MAX) socket.terminate();
        this.#schedule();
      } else if (client.ticksBehind > 0) {
        client.ticksBehind = 0;
        snapshot ??= this.#snapshot();
        socket.send(snapshot);
      } else if (update !== undefined) {
        socket.send(update);
      }
    }
  }

  #beat(): void {
    for (const client of this.#clients) {
      if (!client.answersPings) client.socket.terminate();
      client.answersPings = false;
      client.socket.ping();
    }
  }

  #figures(): Omit<Update, "type" | "events"> {
    return {
      status: this.#live.status(),
      netCapital: this.#live.netCapital(),
      movers: this.#live.movers(STREAM_MOVERS),
      watch: this.#live.watch.standing(),
      margin: this.#live.margin.overview(),
    };
  }

  #update(): string {
    const events = this.#live.events(STREAM_EVENTS).filter(({ id }) => id > this.#lastEvent);
    this.#lastEvent = events[0]?.id ?? this.#lastEvent;
    return JSON.stringify({ type: "update", ...this.#figures(), events } satisfies Update);
  }

  /** The session's history and an hour before it; without a session, all of it. */
  #history(): readonly HistoryPoint[] {
    const all = this.#live.history();
    const { session } = this.#live.status();
    if (session === undefined) return thin(all, STREAM_HISTORY_POINTS);
    const from = parseInstant(session.opens) - LEAD_MICROS;
    const before = all.findLastIndex(({ at }) => parseInstant(at) < from);
    return thin(all.slice(Math.max(0, before)), STREAM_HISTORY_POINTS);
  }

  #snapshot(): string {
    const events = this.#live.events(STREAM_EVENTS);
    return JSON.stringify({
      type: "snapshot",
      ...this.#figures(),
      events,
      history: this.#history(),
    } satisfies Snapshot);
  }
}

export function streamRoute(app: FastifyInstance, live: LiveFirm): void {
  const stream = new Stream(live);
  app.register(fastifyWebsocket, {
    options: { perMessageDeflate: false, maxPayload: STREAM_MESSAGE_BYTES_MAX },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose(done) {
      stream.close();
      done();
    },
  });
  app.after(() => app.get("/stream", { websocket: true }, (socket) => stream.add(socket)));
}
