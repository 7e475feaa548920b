import type { PolicyRules } from "../../../_data/answers.ts";
import { asCurrency } from "../../../_data/as-currency.ts";
import { formatMoney } from "../../../_ui/format-money.ts";
import { amountText, parseAmount } from "../../../_ui/parse-amount.ts";

type Amounts = NonNullable<PolicyRules["largestPayment"]>;

/** A rule as a form has it: a line of text; empty where there is none. */
export interface RuleField {
  readonly name: keyof PolicyRules;
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  /** What stands for a rule that lets nothing through. */
  readonly nothing?: string;
}

const amounts = "an amount for each currency, such as 500.00 USD, 400.00 EUR";

export const ruleFields: readonly RuleField[] = [
  {
    name: "largestPayment",
    label: "Largest payment or refund",
    hint: "One amount for each currency. A currency without one is refused.",
    placeholder: "500.00 USD, 400.00 EUR",
    nothing: "nothing",
  },
  {
    name: "dailyVolume",
    label: "Payments a day, and refunds a day",
    hint: "In UTC. A currency without an amount is refused.",
    placeholder: "5000.00 USD",
    nothing: "nothing",
  },
  {
    name: "approvalAbove",
    label: "A person approves what is above",
    hint: "A currency without an amount always waits. Write “everything” where all payments wait.",
    placeholder: "200.00 USD",
    nothing: "everything",
  },
  {
    name: "currencies",
    label: "Currencies that may be asked for",
    hint: "All of them where empty.",
    placeholder: "USD, EUR",
    nothing: "none",
  },
  {
    name: "recipientDomains",
    label: "Mail goes to these domains alone",
    hint: "And to those below them. To all where empty.",
    placeholder: "example.com",
    nothing: "none",
  },
  { name: "dailyMessages", label: "Messages a day", hint: "In UTC.", placeholder: "1000" },
];

/** A rule as its field has it; empty where there is none. */
export const textOfRule = (rules: PolicyRules, { name, nothing = "" }: RuleField): string => {
  const rule = rules[name];
  if (rule === undefined) return "";
  if (typeof rule === "number") return String(rule);
  if (rule.length === 0) return nothing;
  return rule.map((one) => (typeof one === "string" ? one : `${amountText(one)} ${one.currency}`)).join(", ");
};

/** A rule in a sentence's end. */
export const shownRule = (rules: PolicyRules, { name, nothing = "" }: RuleField): string => {
  const rule = rules[name];
  if (typeof rule === "number") return rule.toLocaleString("en-US");
  if (rule === undefined || rule.length === 0) return nothing;
  return rule.map((one) => (typeof one === "string" ? one : formatMoney(one))).join(" · ");
};

/** Thrown where a field cannot be read. */
export class UnreadRule extends Error {
  readonly field: string;
  readonly expected: string;

  constructor(field: string, expected: string) {
    super(expected);
    this.field = field;
    this.expected = expected;
  }
}

const listOf = (text: string): string[] => text.split(/[\s,;]+/).filter((part) => part !== "");

const amountsOf = (name: string, text: string): Amounts =>
  text
    .split(/(?<=[A-Za-z])[\s,;]+/)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [, number = "", code = ""] = /^([\d.,]+)\s*([A-Za-z]{3})$/.exec(part.trim()) ?? [];
      const currency = code.toUpperCase();
      const amount = parseAmount(number, currency);
      if (amount === undefined) throw new UnreadRule(name, amounts);
      return { amount, currency: asCurrency(currency) };
    });

const readers: { readonly [K in keyof PolicyRules]-?: (text: string) => PolicyRules[K] } = {
  largestPayment: (text) => amountsOf("largestPayment", text),
  dailyVolume: (text) => amountsOf("dailyVolume", text),
  approvalAbove: (text) => amountsOf("approvalAbove", text),
  currencies: (text) => listOf(text.toUpperCase()).map(asCurrency),
  recipientDomains: (text) => listOf(text.toLowerCase()),
  dailyMessages: (text) => {
    if (!/^\d{1,9}$/.test(text)) throw new UnreadRule("dailyMessages", "a whole number, such as 1000");
    return Number(text);
  },
};

/** The rules that a form's texts say. */
export const rulesOf = (textOf: (name: string) => string): PolicyRules => {
  const rules: PolicyRules = {};
  for (const { name, nothing } of ruleFields) {
    const text = textOf(name).trim();
    if (text === "") continue;
    const rule = text === nothing ? { [name]: [] } : { [name]: readers[name](text) };
    Object.assign(rules, rule);
  }
  return rules;
};
