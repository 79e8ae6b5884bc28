/**
 * Compiles the pricing kernel: `npm run kernels`. The sources are AssemblyScript, in files of their own ending (`.as`)
 * because TypeScript's compiler cannot read them; the result is a module of text, so that loading it needs no file. A
 * test compiles again and compares.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const PRICING = join(import.meta.dirname, "../src/pricing");
const OPTIONS = ["index.ts", "--outFile", "kernel.wasm", "-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/** The kernel's bytes. Throws with the compiler's message where a source does not compile. */
export async function compileKernel(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  let messages = "";
  const { error } = await asc.main(OPTIONS, {
    stderr: { write: (chunk) => (messages += String(chunk)) },
    readFile(name) {
      const path = join(PRICING, "kernel", name.replace(/\.ts$/, ".as"));
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    writeFile(_, contents) {
      if (typeof contents !== "string") bytes = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) throw new Error(messages, { cause: error });
  return bytes;
}

/** The text of `src/pricing/kernel-code.ts`. */
function moduleText(bytes: Uint8Array): string {
  return [
    "/** The compiled kernel, base64. Made by `npm run kernels` from the sources in kernel/; not to be edited. */",
    "export const KERNEL_CODE =",
    `  "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}

if (import.meta.main) writeFileSync(join(PRICING, "kernel-code.ts"), moduleText(await compileKernel()));
