/** The net-capital pages of Part IIA: firms that neither clear nor carry customers' accounts. Shorter; the same boxes. */
import {
  aboveEarlyWarning,
  alternativeRequirement,
  basicRequirement,
  beforeHaircuts,
  CAPITAL_LINES,
  debtEquity,
  haircutLines,
  indebtednessLines,
  innerLine,
  totalIndebtedness,
} from "./common-lines.ts";
import type { Form } from "./form.ts";

export const PART_IIA: Form = {
  part: "IIA",
  title: "FOCUS Report, Form X-17A-5, Part IIA",
  sections: [
    {
      title: "Computation of net capital",
      lines: [
        ...CAPITAL_LINES,
        innerLine(
          "6A",
          "3540",
          "Deductions: total non-allowable assets from Statement of Financial Condition",
          "15c3-1(c)(2)(iv), (vii)",
        ),
        innerLine("6B", "3590", "Secured demand note deficiency", "15c3-1(c)(2)(iv)(B)"),
        innerLine(
          "6C",
          "3600",
          "Commodity futures contracts and spot commodities: proprietary capital charges",
          "15c3-1b(a)(3)",
        ),
        innerLine("6D", "3610", "Other deductions and/or charges", "15c3-1(c)(2)"),
        ...beforeHaircuts("6", ["3540", "3590", "3600", "3610"]),
        ...haircutLines([
          ["3735", "Exempted securities", "15c3-1(c)(2)(vi)(A), (B)"],
          ["3733", "Debt securities", "15c3-1(c)(2)(vi)(C), (E), (F), (G)"],
          ["3730", "Options", "15c3-1a"],
          ["3734", "Other securities", "15c3-1(c)(2)(vi)(D), (H), (J), (K)"],
        ]),
      ],
    },
    basicRequirement("from memory"),
    {
      title: "Computation of aggregate indebtedness",
      method: "indebtedness-to-net-capital",
      lines: [...indebtednessLines("from memory"), ...totalIndebtedness([])],
    },
    alternativeRequirement([aboveEarlyWarning("26")]),
    { title: "Other ratios", lines: [debtEquity("21")] },
  ],
};
