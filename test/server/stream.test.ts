/** The stream: one snapshot, then conflated updates; a slow page costs one buffer and gets a snapshot when it is back. */
import assert from "node:assert/strict";
import { EventEmitter, on, once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { toCents } from "../../src/base/money.ts";
import { startServer } from "../../src/server/server.ts";
import { Stream, type StreamMessage } from "../../src/server/stream.ts";
import { FakeFirm } from "./fake-firm.ts";

/** A socket that notes what it is told, and whose buffer a test can fill. */
class FakeSocket extends EventEmitter {
  bufferedAmount = 0;
  readonly messages: StreamMessage[] = [];
  closedWith: number | undefined;
  terminated = false;
  pings = 0;

  send(text: string): void {
    this.messages.push(JSON.parse(text) as StreamMessage);
  }
  ping(): void {
    this.pings++;
  }
  close(code: number): void {
    this.closedWith = code;
    this.emit("close");
  }
  terminate(): void {
    this.terminated = true;
    this.emit("close");
  }
  types(): string[] {
    return this.messages.map(({ type }) => type);
  }
}

function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const live = new FakeFirm();
  const stream = new Stream(live);
  const connect = (): FakeSocket => {
    const socket = new FakeSocket();
    stream.add(socket as unknown as WebSocket);
    return socket;
  };
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 50) t.mock.timers.tick(50);
  };
  return { live, stream, connect, pass };
}

test("a page gets the whole picture at once, and nothing more while nothing happens", (t) => {
  const { live, connect, pass } = setUp(t);
  live.step();
  const [snapshot] = connect().messages;
  assert.deepEqual(
    snapshot,
    JSON.parse(
      JSON.stringify({
        type: "snapshot",
        status: live.status(),
        netCapital: live.netCapital(),
        movers: live.movers(12),
        events: live.events(50),
        history: live.history(),
        watch: live.watch.standing(),
        margin: live.margin.overview(),
      }),
    ),
  );
  const socket = connect();
  pass(1000);
  assert.deepEqual(socket.types(), ["snapshot"]);
});

test("the history starts an hour before the session, with the last point before that", (t) => {
  const { live, connect } = setUp(t);
  const at = (time: string) => ({ seq: 1, at: `2026-11-${time}:00.000Z`, netCapital: "1.00", requirement: "1.00" });
  const points = [at("19T21:00"), at("20T13:29"), at("20T13:30"), at("20T14:30")];
  live.history = () => points;
  const [snapshot] = connect().messages;
  assert.ok(snapshot?.type === "snapshot");
  assert.deepEqual(snapshot.history, points.slice(1));
});

test("changes are conflated: at most twenty updates a second, each the newest state", (t) => {
  const { live, connect, pass } = setUp(t);
  const socket = connect();
  for (let second = 0; second < 20; second++) {
    for (let change = 0; change < 30; change++) live.step();
    pass(50);
  }
  assert.equal(socket.messages.length, 1 + 20);
  assert.deepEqual(socket.messages.at(-1)?.netCapital, live.netCapital());
});

test("each event is sent once", (t) => {
  const { live, connect, pass } = setUp(t);
  const socket = connect();
  live.requirement = toCents(22_000_000_00);
  live.changed();
  pass(50);
  live.step();
  pass(50);
  assert.deepEqual(
    socket.messages.map(({ events }) => events.length),
    [1, 1, 0],
  );
  assert.equal(socket.messages[1]?.events[0]?.id, 2);
});

test("a page that is behind gets nothing, then a snapshot, also when nothing more happens", (t) => {
  const { live, connect, pass } = setUp(t);
  const [slow, quick] = [connect(), connect()];
  slow.bufferedAmount = 600 * 1024;
  live.step();
  pass(500);
  assert.deepEqual(slow.types(), ["snapshot"]);
  assert.deepEqual(quick.types(), ["snapshot", "update"]);
  slow.bufferedAmount = 0;
  pass(50);
  assert.deepEqual(slow.types(), ["snapshot", "snapshot"]);
  assert.deepEqual(slow.messages[1]?.netCapital, live.netCapital());
  live.step();
  pass(50);
  assert.deepEqual(slow.types(), ["snapshot", "snapshot", "update"]);
});

test("a page that stays behind is cut off after ten seconds", (t) => {
  const { live, connect, pass, stream } = setUp(t);
  const socket = connect();
  socket.bufferedAmount = 600 * 1024;
  live.step();
  pass(9_900);
  assert.equal(socket.terminated, false);
  pass(300);
  assert.equal(socket.terminated, true);
  assert.equal(stream.size, 0);
});

test("a page that gives no sign of life is cut off", (t) => {
  const { connect, pass } = setUp(t);
  const [dead, alive] = [connect(), connect()];
  alive.on("newListener", () => {});
  pass(15_000);
  alive.emit("pong");
  pass(15_000);
  assert.equal(dead.terminated, true);
  assert.equal(alive.terminated, false);
  assert.equal(alive.pings, 2);
});

test("the firm is listened to only while somebody watches", (t) => {
  const { live, connect, stream } = setUp(t);
  assert.equal(live.listeners.size, 0);
  const [first, second] = [connect(), connect()];
  assert.equal(live.listeners.size, 1);
  first.emit("close");
  assert.equal(live.listeners.size, 1);
  second.emit("close");
  assert.equal(live.listeners.size, 0);
  connect();
  assert.equal(live.listeners.size, 1);
  stream.close();
  assert.equal(live.listeners.size, 0);
});

test("the sixty-fifth page is told to try again later", (t) => {
  const { connect, stream } = setUp(t);
  for (let page = 0; page < 64; page++) connect();
  const refused = connect();
  assert.equal(refused.closedWith, 1013);
  assert.deepEqual(refused.messages, []);
  assert.equal(stream.size, 64);
});

// ——— over real sockets ———

/** An open socket, and the way to its next message: those that came already first. */
async function connectTo(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/stream`, { headers });
  const messages = on(socket, "message");
  await once(socket, "open");
  const next = async (): Promise<StreamMessage> =>
    JSON.parse(String((await messages.next()).value?.[0])) as StreamMessage;
  return { socket, next };
}

test("a real page gets its snapshot and updates, uncompressed", async () => {
  const live = new FakeFirm();
  const server = await startServer({ live, port: 0 });
  const { socket, next } = await connectTo(server.url, { origin: server.url });
  assert.equal(socket.extensions, "");
  assert.equal((await next()).type, "snapshot");
  live.step();
  const update = await next();
  assert.equal(update.type, "update");
  assert.deepEqual(update.netCapital, live.netCapital());
  socket.close();
  await server.close();
});

test("a page of another origin, or through another host name, may not watch", async () => {
  const server = await startServer({ live: new FakeFirm(), port: 0 });
  for (const headers of [{ origin: "https://evil.example" }, { host: "evil.example" }] as Record<string, string>[]) {
    await assert.rejects(connectTo(server.url, headers), /403/);
  }
  await assert.rejects(connectTo(`${server.url}/nowhere`), /404/);
  await server.close();
});

test("closing ends every socket within a second, also one that does not answer", async () => {
  const live = new FakeFirm();
  const server = await startServer({ live, port: 0 });
  const [{ socket: polite }, { socket: deaf }] = [await connectTo(server.url), await connectTo(server.url)];
  deaf.pause();
  const goodbye = once(polite, "close");
  const keptAlive = await fetch(`${server.url}/status`);
  await keptAlive.text();
  const started = performance.now();
  await server.close();
  assert.ok(performance.now() - started < 1000, "closed in time");
  assert.equal((await goodbye)[0], 1001);
  assert.equal(live.listeners.size, 0);
  deaf.terminate();
  await assert.rejects(fetch(`${server.url}/status`));
});

test("a port that is taken is said plainly", async () => {
  const first = await startServer({ live: new FakeFirm(), port: 0 });
  const port = Number(new URL(first.url).port);
  await assert.rejects(startServer({ live: new FakeFirm(), port }), { code: "port-in-use" });
  await first.close();
});
