/** The net-capital pages of Part II: firms that clear or carry customers' accounts. */
import {
  aboveEarlyWarning,
  alternativeRequirement,
  basicRequirement,
  beforeHaircuts,
  CAPITAL_LINES,
  DEBIT_ITEMS,
  debtEquity,
  haircutLines,
  indebtednessLines,
  innerLine,
  totalIndebtedness,
} from "./common-lines.ts";
import { type Form, formLine, type FormSection, LINES } from "./form.ts";

/** Schedule of capital that is to be withdrawn within six months: no fact states it. */
const WITHDRAWALS = {
  by: "not-stated",
  needs: "item 4880, capital withdrawals anticipated within six months",
} as const;

const DEDUCTIONS = ["3540", "3550", "3560", "3570", "3580", "3590", "3600", "3610", "3615"];

const NET_CAPITAL: FormSection = {
  title: "Computation of net capital",
  lines: [
    ...CAPITAL_LINES,
    innerLine(
      "6A",
      "3540",
      "Deductions: total non-allowable assets from Statement of Financial Condition",
      "15c3-1(c)(2)(iv), (vii)",
    ),
    innerLine(
      "6A1",
      "3550",
      "Additional charges for customers' and non-customers' security accounts",
      "15c3-1(c)(2)(iv)(B), (xii)",
    ),
    innerLine(
      "6A2",
      "3560",
      "Additional charges for customers' and non-customers' commodity accounts",
      "15c3-1b(a)(3)",
    ),
    innerLine("6B", "3570", "Aged fails to deliver", "15c3-1(c)(2)(ix)"),
    formLine("6B1", "3450", "Number of items", "15c3-1(c)(2)(ix)", { by: "count", of: "3570" }, { inner: true }),
    innerLine("6C", "3580", "Aged short security differences, less reserve", "15c3-1(c)(2)(v)"),
    formLine("6C1", "3470", "Number of items", "15c3-1(c)(2)(v)", { by: "count", of: "3580" }, { inner: true }),
    innerLine("6D", "3590", "Secured demand note deficiency", "15c3-1(c)(2)(iv)(B)"),
    innerLine(
      "6E",
      "3600",
      "Commodity futures contracts and spot commodities: proprietary capital charges",
      "15c3-1b(a)(3)",
    ),
    innerLine("6F", "3610", "Other deductions and/or charges", "15c3-1(c)(2)"),
    innerLine(
      "6G",
      "3615",
      "Deductions for accounts carried under Rule 15c3-1(a)(6), (a)(7) and (c)(2)(x)",
      "15c3-1(a)(6), (c)(2)(x)",
    ),
    ...beforeHaircuts("6H", DEDUCTIONS),
    ...haircutLines([
      ["3680", "Bankers' acceptances, certificates of deposit and commercial paper", "15c3-1(c)(2)(vi)(E)"],
      ["3690", "U.S. and Canadian government obligations", "15c3-1(c)(2)(vi)(A), (C)"],
      ["3700", "State and municipal government obligations", "15c3-1(c)(2)(vi)(B)"],
      ["3710", "Corporate obligations", "15c3-1(c)(2)(vi)(F), (G)"],
      ["3720", "Stocks and warrants", "15c3-1(c)(2)(vi)(H), (J), (K)"],
      ["3730", "Options", "15c3-1a"],
      ["3732", "Arbitrage", "15c3-1(c)(2)(vi)"],
      ["3734", "Other securities", "15c3-1(c)(2)(vi)(D)"],
    ]),
  ],
};

export const PART_II: Form = {
  part: "II",
  title: "FOCUS Report, Form X-17A-5, Part II",
  sections: [
    NET_CAPITAL,
    basicRequirement("confirmed"),
    {
      title: "Computation of aggregate indebtedness",
      method: "indebtedness-to-net-capital",
      lines: [
        ...indebtednessLines("confirmed"),
        formLine(
          "18",
          "3838",
          "Deduct: adjustment based on deposits in special reserve bank accounts",
          "15c3-1(c)(1)(vii)",
          LINES,
          { deducts: true },
        ),
        ...totalIndebtedness(["3838"]),
        formLine(
          "21",
          "3853",
          "Percentage of aggregate indebtedness to net capital after anticipated capital withdrawals",
          "15c3-1(a)(1)(i)",
          WITHDRAWALS,
        ),
      ],
    },
    alternativeRequirement([
      formLine(
        "26",
        "3851",
        "Percentage of net capital to aggregate debits (line 10 ÷ line 17 of the reserve computation)",
        "15c3-1(a)(1)(ii)",
        {
          by: "percent",
          of: "3750",
          to: DEBIT_ITEMS,
        },
      ),
      formLine(
        "27",
        "3854",
        "Percentage of net capital, after anticipated capital withdrawals, to aggregate debits",
        "15c3-1(a)(1)(ii)",
        WITHDRAWALS,
      ),
      aboveEarlyWarning("28"),
    ]),
    {
      title: "Other ratios (Part C)",
      lines: [
        debtEquity("29"),
        formLine("30", "3852", "Options deductions to net capital (1000% test)", "15c3-1(a)(6), (c)(2)(x)", {
          by: "not-stated",
          needs: "the deductions on accounts of options specialists before their liquidating equity",
        }),
      ],
    },
  ],
};
