/**
 * The command line starts here. What the modules compile to is kept beside the packages, so that every start but the first
 * takes about half as long; where that cannot be written, they are compiled as ever.
 */
import { enableCompileCache, getCompileCacheDir } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/plimsoll"));
const directory = getCompileCacheDir();
// For the processes that it starts.
if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] = directory;
await import("./program.ts");
