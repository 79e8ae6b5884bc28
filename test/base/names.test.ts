/** Names as numbers, beside a plain list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import { Names, NO_NAME } from "../../src/base/names.ts";
import { SectionReader } from "../../src/base/state.ts";

type Step = { readonly intern: string } | { readonly truncate: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ intern: fc.oneof(fc.constantFrom("A", "B", "constructor", "__proto__"), fc.string()) }),
  },
  { weight: 1, arbitrary: fc.record({ truncate: fc.nat(12) }) },
);

test("numbers follow the order of first use, survive truncation and restoring", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const names = new Names();
      let list: string[] = [];
      for (const each of steps) {
        if ("intern" in each) {
          if (!list.includes(each.intern)) list.push(each.intern);
          assert.equal(names.intern(each.intern), list.indexOf(each.intern));
        } else {
          list = list.slice(0, each.truncate);
          names.truncate(each.truncate);
        }
        assert.equal(names.size, list.length);
      }
      const restored = new Names();
      restored.intern("what was there before");
      restored.restore(new SectionReader(names.sections()));
      for (const each of [names, restored]) {
        assert.deepEqual(
          Array.from({ length: each.size }, (_, id) => each.text(id)),
          list,
        );
        for (const one of steps)
          if ("intern" in one) assert.equal(each.find(one.intern) ?? -1, list.indexOf(one.intern));
      }
    }),
    { seed: 10_701, numRuns: 300 },
  );
});

test("the absent name is empty, and a number that was never given is refused", () => {
  assert.equal(new Names().text(NO_NAME), "");
  assert.throws(() => new Names().text(0), Trouble);
  assert.equal(new Names().find("A"), undefined);
});
