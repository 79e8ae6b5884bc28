/** Cash accounts, 220.8(a): every security is paid in full, and nothing is sold short. */
import { Trouble } from "../base/errors.ts";
import { type Line, line } from "../base/line.ts";
import { sum, ZERO } from "../base/money.ts";
import { type Group, type GroupAnswer, type GroupContext, valueIn } from "./group.ts";

/** What a group asks of a cash account. */
export function paidInFull(group: Group, context: GroupContext): GroupAnswer {
  const { books } = context;
  const troubles: Trouble[] = [];
  const lines: Line[] = [];
  for (const { instrument, units, account } of group.holdings) {
    const { instrument: name } = books.instruments.attributes(instrument);
    const owner = books.accounts.attributes(account).account;
    try {
      if (units < 0) throw shortInCash(name, owner);
      const value = valueIn(context, instrument, units);
      lines.push(line(`margin/${owner}/cash/${name}`, `Paid in full: ${name}`, "220.8(a)", value));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      troubles.push(error);
    }
  }
  return { requirement: sum(lines.map(({ amount }) => amount)), equityAdjustment: ZERO, lines, troubles };
}

function shortInCash(instrument: string, account: string): Trouble {
  return new Trouble("missing-rule", "a cash account cannot be short, 220.8", {
    field: account,
    value: instrument,
    expected: "margin-terms-stated with the margin account that it is margined with",
  });
}
