import type { MatchLogic } from "@pydantic/genai-prices";

/**
 * What may stand behind a model's name and still be that model: a stage (`-preview`, `-exp`), then a date or a number of
 * three or four digits, or `-latest`, then Bedrock's revision (`-v1:0`). Nothing else is a version.
 */
const version =
  /(?:-(?:preview|exp))?(?:[-@](?:20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])-(?:20\d\d|0[1-9]|[12]\d|3[01])|\d{3,4}|latest))?(?:-v\d{1,2}(?::\d{1,2})?)?$/;

/** A fine-tuned model's base, owner, suffix and id: `ft:gpt-4o-2024-08-06:acme:mine:AbC`. */
const fineTuned = /(?:-[\d-]+)?:[a-z0-9_-]+:[a-z0-9_-]*:[a-z0-9]+$/;

const trailingDigits = /[-@]\d+$/;

const stemLength = (name: string): number => {
  const tail = name.startsWith("ft:") ? fineTuned : version;
  return name.length - (tail.exec(name)?.[0].length ?? 0);
};

/** A day behind a name that a rule spells out whole: a snapshot of that model, which nobody has listed yet. */
const snapshot = /^-20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$/;

/** How far into a lower-case name a rule vouches for it; -1 where it does not fit at all. */
type Reach = (name: string) => number;

/**
 * The catalogue's rules are written to find a price for any name that looks alike. Here a rule vouches for the beginning
 * of a name alone: a part that stands in the middle, or an ending, says nothing about what the rest of the name is.
 */
const reachOf = (rule: MatchLogic): Reach => {
  if ("or" in rule) {
    const any = rule.or.map(reachOf);
    return (name) => Math.max(...any.map((reach) => reach(name)), -1);
  }
  if ("and" in rule) {
    const all = rule.and.map(reachOf);
    return (name) => {
      const reached = all.map((reach) => reach(name));
      return reached.includes(-1) ? -1 : Math.max(...reached);
    };
  }
  if ("regex" in rule) {
    const pattern = new RegExp(rule.regex);
    return (name) => {
      const found = pattern.exec(name);
      // Where a pattern ends among digits they are a version's, and have to be one.
      return found?.index === 0 ? found[0].replace(trailingDigits, "").length : -1;
    };
  }
  if ("equals" in rule) {
    const whole = rule.equals.toLowerCase();
    // A name that is a version already has no versions of its own.
    const undated = stemLength(whole) === whole.length;
    return (name) =>
      name === whole || (undated && name.startsWith(whole) && snapshot.test(name.slice(whole.length)))
        ? whole.length
        : -1;
  }
  if ("ends_with" in rule) {
    const whole = rule.ends_with.toLowerCase();
    return (name) => (name === whole ? whole.length : -1);
  }
  const start = ("starts_with" in rule ? rule.starts_with : rule.contains).toLowerCase();
  return (name) => (name.startsWith(start) ? start.length : -1);
};

/** Whether a lower-case name is the rule's model: as the rule has it, or with a version behind it. */
export const compileMatch = (rule: MatchLogic): ((model: string) => boolean) => {
  const reach = reachOf(rule);
  return (model) => {
    const reached = reach(model);
    return reached > 0 && reached >= stemLength(model);
  };
};

/** The names a rule accepts as they stand: what can be looked up without asking every rule. */
export const exactNames = (rule: MatchLogic): string[] => {
  if ("equals" in rule) return [rule.equals.toLowerCase()];
  return "or" in rule ? rule.or.flatMap(exactNames) : [];
};

const compactDate = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** The name with a compact date (`-20240718`) written the other way vendors write it (`-2024-07-18`). */
export const withDashedDate = (model: string): string => model.replace(compactDate, "-$1-$2-$3");
