import type { ListedPlan } from "../../../_data/answers.ts";

type Rule = ListedPlan["rules"][number];

const families = ["ai", "email", "payments"] as const;

/** One rule a line: `ai openai/* 35`. */
export const writePlanRules = (rules: readonly Rule[]): string =>
  rules
    .map(({ family, model, markupPercent }) =>
      [family, model, markupPercent].filter((word) => word !== undefined).join(" "),
    )
    .join("\n");

/** What was typed, line by line; what is no rule stays for the gateway to refuse, with its field. */
export const readPlanRules = (text: string): Rule[] =>
  text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== "")
    .map((words) => {
      const family = families.find((one) => one === words[0]);
      const rest = family === undefined ? words : words.slice(1);
      const markup = rest.at(-1)?.replace(/%$/, "") ?? "";
      const model = rest.length > 1 ? rest.slice(0, -1).join(" ") : undefined;
      return {
        ...(family === undefined ? {} : { family }),
        ...(model === undefined ? {} : { model }),
        markupPercent: markup === "" ? Number.NaN : Number(markup),
      };
    });
