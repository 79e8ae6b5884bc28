/** Every limit of the HTTP and WebSocket API, with its unit and its reason. */
import { assert } from "../base/assert.ts";

/** Body of one request. A fact is a few hundred bytes of JSON. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Facts in one request: they become durable together, so that a larger batch would hold up all others. */
export const FACTS_PER_BATCH_MAX = 10_000;
/** Requests with facts that may wait for the disk at the same time; the next one is told to come back. */
export const BATCHES_WAITING_MAX = 256;

/** Pages that may watch the stream at the same time. */
export const STREAM_CLIENTS_MAX = 64;
/** Updates to one page: changes in between are conflated into the next update. */
export const STREAM_UPDATES_PER_SECOND_MAX = 20;
/** Bytes that may wait in the socket of one page; above it the page gets nothing until it has caught up. */
export const STREAM_BUFFERED_BYTES_MAX = 512 * 1024;
/** A page that has not caught up for so long is disconnected; it may come back. */
export const STREAM_STALLED_MS_MAX = 10_000;
/** A page says nothing on the stream. */
export const STREAM_MESSAGE_BYTES_MAX = 1024;
/** Each page is asked for a sign of life this often, and disconnected if the last question was not answered. */
export const STREAM_HEARTBEAT_MS = 15_000;

/** Positions in one answer of what moved net capital. */
export const MOVERS_MAX = 200;
/** Positions that the stream carries. */
export const STREAM_MOVERS = 12;
/** Events in one answer. */
export const EVENTS_MAX = 500;
/** Effects in one answer, about a kilobyte each. */
export const EFFECTS_MAX = 1000;
/** Margin accounts in one answer. */
export const STANDINGS_MAX = 1000;
/** Calls, and proposals to close, in one answer. */
export const CALLS_MAX = 1000;
/** Scenarios of somebody's own that one request may ask for. */
export const SCENARIOS_ASKED_MAX = 20;
/** Names and client groups that a stress names for each scenario. */
export const STRESS_NAMED = 10;
/** Seconds between points of the history that may be asked for: a day. */
export const HISTORY_EVERY_SECONDS_MAX = 86_400;
/** Events in a snapshot of the stream. */
export const STREAM_EVENTS = 50;
/** Points of the history in one answer, about 120 bytes each. */
export const HISTORY_POINTS_MAX = 20_000;
/** Points of the history in a snapshot of the stream: more than a screen has columns. */
export const STREAM_HISTORY_POINTS = 2000;
/** Reports that may be made at the same time; each has a thread of its own while its PDF is laid out. */
export const REPORTS_AT_ONCE_MAX = 2;
/** Levels of a computation that one answer may be cut to. */
export const DEPTH_MAX = 32;

/** Sockets that are still open so long after closing began are cut. */
export const CLOSE_MS_MAX = 500;

assert(STREAM_MOVERS <= MOVERS_MAX, "the stream carries no more positions than an answer may");
assert(STREAM_HISTORY_POINTS <= HISTORY_POINTS_MAX, "a snapshot carries no more history than an answer may");
assert(STREAM_EVENTS <= EVENTS_MAX, "a snapshot carries no more events than an answer may");
