/** The elementary functions of the kernel, beside values computed to forty digits and beside themselves on another machine. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compileKernel } from "../../tools/kernels.ts";
import { exp, log, newKernel, normalCdf, normalDensity, normalMills } from "../../src/pricing/kernel.ts";
import { KERNEL_CODE } from "../../src/pricing/kernel-code.ts";

/** x and N(x), computed with mpmath 1.3 at forty digits. */
const NORMAL = [
  [-37.5, 4.605353009581955e-308],
  [-20, 2.7536241186062337e-89],
  [-8.25, 7.919726314642477e-17],
  [-5, 2.866515718791939e-7],
  [-4.1, 2.065750691254677e-5],
  [-2, 0.02275013194817921],
  [-1, 0.15865525393145705],
  [-0.6, 0.2742531177500736],
  [-0.3, 0.3820885778110474],
  [-1e-9, 0.49999999960105773],
  [0.25, 0.5987063256829237],
  [0.7, 0.758036347776927],
  [1.5, 0.9331927987311419],
  [3, 0.9986501019683699],
  [6, 0.9999999990134123],
  [8.5, 1],
] as const;

function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

test("the normal distribution is right to the last digits, in the far tail too", () => {
  for (const [x, expected] of NORMAL) {
    assert.ok(relative(normalCdf(x), expected) < 2e-15, `N(${x}) = ${normalCdf(x)}`);
  }
  assert.equal(normalCdf(0), 0.5);
  assert.equal(normalCdf(Number.NEGATIVE_INFINITY), 0);
  assert.equal(normalCdf(Number.POSITIVE_INFINITY), 1);
  assert.ok(Number.isNaN(normalCdf(Number.NaN)));
});

test("N(x) and N(−x) make one, and N over n tends to −1/x far to the left", () => {
  for (let x = -6; x <= 6; x += 0.0625) {
    assert.ok(Math.abs(normalCdf(x) + normalCdf(-x) - 1) < 3e-16, `x = ${x}`);
    assert.ok(relative(normalMills(x) * normalDensity(x), normalCdf(x)) < 4e-15, `x = ${x}`);
  }
  assert.ok(relative(normalMills(-1e8), 1e-8) < 1e-15);
});

test("exp and log are within a digit of the engine's own", () => {
  for (let x = -700; x <= 700; x += 1.37) {
    assert.ok(relative(exp(x), Math.exp(x)) < 3e-16, `exp ${x}`);
    assert.ok(Math.abs(log(exp(x)) - x) < 3e-16 * Math.max(1, Math.abs(x)), `log of exp ${x}`);
  }
});

test("the same bits on every machine", () => {
  const values = new Float64Array(5000);
  for (let index = 0; index < 1000; index++) {
    const x = (index - 500) / 17;
    values.set([exp(x), log(index + 1), normalCdf(x), normalDensity(x), normalMills(x)], index * 5);
  }
  const hash = createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");
  assert.equal(hash.slice(0, 16), "f3637c3ef2a52fd7");
});

test("no formula of the pricing floor asks the engine for a function that it may compute in its own way", () => {
  const folder = join(import.meta.dirname, "../../src/pricing");
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "plain-tree.ts");
  assert.ok(files.length > 5);
  for (const file of files) {
    assert.doesNotMatch(
      readFileSync(join(folder, file), "utf8"),
      /Math\.(exp|expm1|log\w*|pow|sin|cos|tanh|cbrt|hypot)\b/,
    );
  }
});

test("compiling the kernel again gives the same bytes", async () => {
  const bytes = await compileKernel();
  assert.equal(Buffer.from(bytes).toString("base64"), KERNEL_CODE, "run `npm run kernels`");
});

test("a kernel asks for nothing from outside and shares no memory with another", () => {
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(Buffer.from(KERNEL_CODE, "base64"))), []);
  assert.notEqual(newKernel().memory, newKernel().memory);
});
