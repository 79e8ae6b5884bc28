/** Serves the built page over a firm that is not real, for work on the page: `node test-browser/serve-fake.ts [port]`. */
import { fileURLToPath } from "node:url";
import { startServer } from "../src/server/server.ts";
import { FakeFirm } from "../test/server/fake-firm.ts";

const live = new FakeFirm();
live.margin.fill();
for (let minute = 0; minute < 150; minute++) live.step(60);
const webRoot = fileURLToPath(new URL("../web/dist", import.meta.url));
const { url } = await startServer({ live, webRoot, port: Number(process.argv[2] ?? 4210) });
setInterval(() => live.step(3), 50);
console.log(`The fake firm is at ${url}`);
