/** Keeps the stream open: after a loss it tries again, at first quickly, then every few seconds. */
import type { StreamMessage } from "../../src/server/stream.ts";
import { store } from "./store.ts";

const RETRY_MS_MIN = 400;
const RETRY_MS_MAX = 5000;

export function connect(): void {
  let retryMs = RETRY_MS_MIN;
  const open = (): void => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/stream`);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      retryMs = RETRY_MS_MIN;
      store.apply(JSON.parse(data) as StreamMessage);
    };
    socket.onclose = () => {
      store.disconnected();
      setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    };
  };
  open();
}
