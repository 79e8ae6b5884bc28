/** A PDF without holding up the thread that asks: laying out takes tenths of a second, and a live firm has none to spare. */
import { Worker } from "node:worker_threads";
import type { PrintedReport } from "./printed.ts";

export function pdfApart(report: PrintedReport): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./pdf-worker.ts", import.meta.url), { workerData: report });
    worker.once("message", (bytes: Uint8Array) => resolve(bytes));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread that makes a PDF ended with ${code}`)));
  });
}
