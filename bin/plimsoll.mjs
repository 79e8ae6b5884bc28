#!/usr/bin/env node
// Starts Plimsoll on the Node that the package brings, whichever Node started this file.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
const node = existsSync(bundled) ? bundled : process.execPath;
const result = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(result.status ?? 1);
