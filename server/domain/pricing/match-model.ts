import type { MatchLogic } from "@pydantic/genai-prices";

type Matcher = (model: string) => boolean;

/** A catalogue match rule as a function of a lower-case model name; regular expressions are compiled once. */
export const compileMatch = (rule: MatchLogic): Matcher => {
  if ("or" in rule) {
    const any = rule.or.map(compileMatch);
    return (model) => any.some((matches) => matches(model));
  }
  if ("and" in rule) {
    const all = rule.and.map(compileMatch);
    return (model) => all.every((matches) => matches(model));
  }
  if ("regex" in rule) {
    const pattern = new RegExp(rule.regex);
    return (model) => pattern.test(model);
  }
  if ("equals" in rule) {
    const name = rule.equals.toLowerCase();
    return (model) => model === name;
  }
  if ("starts_with" in rule) {
    const start = rule.starts_with.toLowerCase();
    return (model) => model.startsWith(start);
  }
  if ("ends_with" in rule) {
    const end = rule.ends_with.toLowerCase();
    return (model) => model.endsWith(end);
  }
  const part = rule.contains.toLowerCase();
  return (model) => model.includes(part);
};

/** The names a rule accepts as they stand: what can be looked up without asking every rule. */
export const exactNames = (rule: MatchLogic): string[] => {
  if ("equals" in rule) return [rule.equals.toLowerCase()];
  return "or" in rule ? rule.or.flatMap(exactNames) : [];
};

const compactDate = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** The name with a compact date (`-20240718`) written the other way vendors write it (`-2024-07-18`). */
export const withDashedDate = (model: string): string => model.replace(compactDate, "-$1-$2-$3");
