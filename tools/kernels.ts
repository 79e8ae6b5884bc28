/**
 * Compiles the kernels: `npm run kernels`. The sources are AssemblyScript, in files of their own ending (`.as`) because
 * TypeScript's compiler cannot read them; the result is a module of text, so that loading it needs no file. A test of each
 * compiles again and compares.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const SOURCE = join(import.meta.dirname, "../src");
const COMMON = ["index.ts", "--outFile", "kernel.wasm", "-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
/** The folders with a kernel, and what each needs besides. The stress kernel runs over memory that threads share. */
const KERNELS = {
  pricing: [],
  // oxfmt-ignore
  stress: [
    "--enable", "threads", "--enable", "relaxed-simd", "--importMemory", "--sharedMemory",
    "--initialMemory", "1", "--maximumMemory", "65536", "--noExportMemory",
  ],
} as const;

/** A kernel's bytes. Throws with the compiler's message where a source does not compile. */
export async function compileKernel(name: keyof typeof KERNELS = "pricing"): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  let messages = "";
  const { error } = await asc.main([...COMMON, ...KERNELS[name]], {
    stderr: { write: (chunk) => (messages += String(chunk)) },
    readFile(file) {
      const path = join(SOURCE, name, "kernel", file.replace(/\.ts$/, ".as"));
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

/** The text of `src/<name>/kernel-code.ts`. */
function moduleText(bytes: Uint8Array): string {
  return [
    "/** The compiled kernel, base64. Made by `npm run kernels` from the sources in kernel/; not to be edited. */",
    "export const KERNEL_CODE =",
    `  "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}

if (import.meta.main)
  for (const name of Object.keys(KERNELS) as (keyof typeof KERNELS)[])
    writeFileSync(join(SOURCE, name, "kernel-code.ts"), moduleText(await compileKernel(name)));
