/**
 * The three tests of repurchase agreement deficits, 15c3-1(c)(2)(iv)(F)(3)(i): (A) of each agreement above a share of its
 * contract price, (B) of all with one party above a share of net capital before haircuts, less what (A) took of them, "or, if
 * greater", (C) of all above a multiple of it.
 */
import { type Line, line, total } from "../../base/line.ts";
import { add, type Cents, excessOver, greater, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { RepoParty } from "./repos.ts";

const CODE = "charges-on-base/repos";

/** What the repos of all parties are charged, given net capital before haircuts without it. Allocates nothing. */
export function repoCharge(parties: readonly RepoParty[], base: Cents, rules: NetCapitalRules): Cents {
  if (parties.length === 0) return ZERO;
  const singles = singlesOf(parties);
  return add(singles, beyondSingles(parties, singles, shareBase(base, singles, rules), rules));
}

function singlesOf(parties: readonly RepoParty[]): Cents {
  let singles = 0;
  for (const party of parties) singles += party.singles;
  return toCents(singles);
}

/** What the shares of (B) and (C) are taken of; never below nothing. */
function shareBase(base: Cents, singles: Cents, { readings }: NetCapitalRules): Cents {
  return greater(readings.repoBase === "after-single" ? subtract(base, singles) : base, ZERO);
}

/** What (B) or (C) charge above (A). */
function beyondSingles(parties: readonly RepoParty[], singles: Cents, base: Cents, rules: NetCapitalRules): Cents {
  let byParty = 0;
  for (const party of parties) byParty += partyExcess(party, base, rules);
  return greater(toCents(byParty), allExcess(parties, singles, base, rules));
}

/** (B). */
function partyExcess({ deficits, singles }: RepoParty, base: Cents, { openItems }: NetCapitalRules): Cents {
  return excessOver(excessOver(deficits, portion(base, openItems.repos.partyShare)), singles);
}

/** (C), as far as it is charged beside (A). */
function allExcess(parties: readonly RepoParty[], singles: Cents, base: Cents, rules: NetCapitalRules): Cents {
  let deficits = 0;
  for (const party of parties) deficits += party.deficits;
  const excess = excessOver(toCents(deficits), portion(base, rules.openItems.repos.allShare));
  return rules.readings.repoTests === "greater-of-sums" ? excessOver(excess, singles) : excess;
}

/** The same as lines: each agreement with what (A) takes, then either each party with (B) or all with (C). */
export function repoLines(parties: readonly RepoParty[], base: Cents, rules: NetCapitalRules): readonly Line[] {
  const { paragraph, partyShare, allShare } = rules.openItems.repos;
  const agreements = parties.flatMap((party) =>
    party
      .singleLines()
      .map(({ item, amount, inputs }) =>
        line(
          `${CODE}/${item.item}`,
          item.label ?? `${item.item}, with ${party.party}`,
          `${paragraph}(i)(A)`,
          amount,
          inputs,
        ),
      ),
  );
  if (agreements.length === 0) return [];
  const singles = singlesOf(parties);
  const shared = shareBase(base, singles, rules);
  const byParty = parties
    .filter((party) => partyExcess(party, shared, rules) > 0)
    .map((party) =>
      line(
        `${CODE}/party/${party.party}`,
        `All with ${party.party}`,
        `${paragraph}(i)(B)`,
        partyExcess(party, shared, rules),
        {
          deficits: party.deficits,
          base: shared,
          share: formatRate(partyShare),
          chargedSingly: party.singles,
        },
      ),
    );
  const all = allExcess(parties, singles, shared, rules);
  const inAll = line(`${CODE}/all`, "All repurchase agreements", `${paragraph}(i)(C)`, all, {
    deficits: sum(parties.map(({ deficits }) => deficits)),
    base: shared,
    share: formatRate(allShare),
  });
  const isAllGreater = all > sum(byParty.map(({ amount }) => amount));
  return [
    total(CODE, "Repurchase agreement deficits", paragraph, [...agreements, ...(isAllGreater ? [inAll] : byParty)]),
  ];
}
