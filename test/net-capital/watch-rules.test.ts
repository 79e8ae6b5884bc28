/** The rulebook's sections on tiers, notices and clocks: what they say as shipped, and what an officer may get wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRate } from "../../src/base/rate.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { actionInWords } from "../../src/net-capital/watch/rules.ts";
import { RULEBOOK, rulebook } from "./firm.ts";

test("the ladder as shipped", () => {
  const { tiers } = readNetCapitalRules(RULEBOOK);
  assert.deepEqual(
    tiers.map(({ name, below, releasedAbove, actions }) =>
      [name, formatRate(below), formatRate(releasedAbove), ...actions.map(actionInWords)].join(", "),
    ),
    [
      "yellow, 120%, 125%, notify",
      "orange, 110%, 115%, notify, block proprietary orders with a haircut above 15%",
      "red, 105%, 110%, notify, halt capital commitments until two officers release them",
    ],
  );
});

test("the notices as shipped, as a list that can be held against the rules", () => {
  const { notices } = readNetCapitalRules(RULEBOOK);
  assert.deepEqual(
    notices.map(({ paragraph, share, dueInWords, lasting }) =>
      [
        paragraph,
        formatRate(share),
        dueInWords || "no notice",
        ...(lasting ? [`> ${lasting.longerThan} bd`] : []),
      ].join(", "),
    ),
    [
      "17a-11(a)(1), 100%, same day",
      "17a-11(a)(1), 15c3-1(c)(16)(iv), 0%, same day",
      "FINRA 4110(b)(1), 100%, no notice",
      "17a-11(b)(1), 1200%, 24 hours",
      "17a-11(b)(2), 5%, 24 hours",
      "17a-11(b)(3), 120%, 24 hours",
      "17a-11(b)(5), 2500%, 24 hours",
      "17a-11(a)(2), 100%, same day",
      "15c3-1(a)(7)(ii), 100%, same day",
      "FINRA 4120(a)(1)(A), 150%, 24 hours, > 15 bd",
      "FINRA 4120(a)(1)(B), 1000%, 24 hours, > 15 bd",
      "FINRA 4120(a)(1)(C), 5%, 24 hours, > 15 bd",
      "FINRA 4120(c)(1)(A), 125%, no notice, > 15 bd",
      "FINRA 4120(c)(1)(B), 1200%, no notice, > 15 bd",
      "FINRA 4120(c)(1)(C), 4%, no notice, > 15 bd",
    ],
  );
});

test("a tier without releasedAbove is released where it begins", () => {
  const [yellow] = readNetCapitalRules(rulebook(["    releasedAbove: 125%\n", ""])).tiers;
  assert.deepEqual(yellow.releasedAbove, yellow.below);
});

test("what an officer may get wrong in them", () => {
  const table: [from: string, to: string, said: RegExp][] = [
    [
      "releasedAbove: 115%",
      "releasedAbove: 105%",
      /tiers\[1\]\.releasedAbove = "105%": is below 110%, where the tier begins: it would end and begin again at once.*; expected 110% or more/,
    ],
    [
      "releasedAbove: 110%",
      "releasedAbove: 130%",
      /tiers\[2\]\.releasedAbove = "130%": would let this tier outlast orange, the milder one above it; expected 115% or less, or a higher releasedAbove of orange/,
    ],
    ["actions: [notify]", "actions: []", /tiers\[0\]\.actions: says nothing that is done; expected at least "notify"/],
    [
      "actions: [notify]",
      "actions: [notify, notify]",
      /tiers\[0\]\.actions\[1\] = "notify": stands there twice; expected each action once/,
    ],
    [
      "actions: [notify]",
      "actions: [stop trading]",
      /tiers\[0\]\.actions\[0\] = "stop trading": is not an action; expected "notify" or "block proprietary orders with a haircut above 15%" or "halt capital commitments until two officers release them"/,
    ],
    [
      "haircut above 15%\n  - name",
      "haircut above 15\n  - name",
      /tiers\[1\]\.actions\[1\] = "block proprietary orders with a haircut above 15": is not an action/,
    ],
    [
      "    notify: [FINOP, chief compliance officer]\n    actions",
      "    actions",
      /tiers\[0\]\.notify: is missing; expected a list: Who is told/,
    ],
    ["below: 120%", "below: 120", /tiers\[0\]\.below = 120: a bare 120 does not say per cent of what/],
    ["due: same day", "due: soon", /notices\[0\]\.due = "soon": .*expected a time to act in, such as "same day"/],
    ["due: 24 hours", "due: 24", /notices\[3\]\.due = 24: .*does not say whether minutes, hours or business days/],
    [
      "due: 24 hours",
      "due: 2 days",
      /notices\[3\]\.due = "2 days": does not say which days; did you mean "2 business days"/,
    ],
    [
      "test: net-capital-under-requirement\n    share: 100%\n",
      "test: net-capital-under-requirement\n",
      /notices\[0\]\.share: is missing; expected the share that is compared with/,
    ],
    ["    grace: 30 minutes\n", "", /notices\[1\]\.grace: is missing; expected how long net capital may be unknown/],
    [
      "    share: 1200%\n",
      "    share: 1200%\n    grace: 1 hour\n",
      /notices\[3\]\.grace = "1 hour": belongs to the test cannot-compute alone; expected no grace/,
    ],
    [
      "    meaning: Suspend all business operations while net capital is below its minimum.\n",
      "",
      /notices\[2\]\.due: is missing; expected a deadline for the notice, or else a meaning/,
    ],
    [
      "    due: 24 hours\n    to: [FINRA]\n",
      "    due: 24 hours\n",
      /\.to: is missing; expected who is given the notice/,
    ],
    [
      "longerThan: 15 business days",
      "longerThan: 24 hours",
      /lasting\.longerThan = "24 hours": is not counted in business days.*; expected consecutive business days/,
    ],
    [
      "endsAfter: 10 minutes",
      "endsAfter: 0 minutes",
      /watch\.endsAfter = "0 minutes": .*expected a time that clocks measure/,
    ],
    ["keepFigureEvery: 5 seconds", "keepFigureEvery: 5", /watch\.keepFigureEvery = 5: /],
  ];
  for (const [from, to, said] of table)
    assert.throws(() => readNetCapitalRules(rulebook([from, to]), { file: "nc.yaml" }), { message: said }, to);
});
