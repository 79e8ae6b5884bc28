/**
 * Which program derived a state: the package's version and a hash of the source of every floor that decides what facts
 * mean. A snapshot of another code version is not used: its state is derived again from the facts.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SRC = join(import.meta.dirname, "..");
const DECIDING_FOLDERS = ["base", "facts", "rulebook", "pricing", "books", "net-capital", "margin", "engine"];

function hashSource(): string {
  const hash = createHash("sha256");
  for (const folder of DECIDING_FOLDERS) {
    const files = readdirSync(join(SRC, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .toSorted((a, b) => (a < b ? -1 : 1));
    for (const file of files) hash.update(`${folder}/${file}\n`).update(readFileSync(join(SRC, folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

let version: string | undefined;

/** For example "0.1.0+3f9a0c1d2e4b". */
export function codeVersion(): string {
  if (version === undefined) {
    const manifest = JSON.parse(readFileSync(join(SRC, "../package.json"), "utf8")) as { version: string };
    version = `${manifest.version}+${hashSource()}`;
  }
  return version;
}
