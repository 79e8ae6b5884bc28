/** Makes one PDF on a thread of its own: the report comes with the start, the bytes go back, and the thread ends. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { pdfOf } from "./pdf.ts";
import type { PrintedReport } from "./printed.ts";

assert(parentPort !== null, "this runs as a worker");
parentPort.postMessage(await pdfOf(workerData as PrintedReport));
