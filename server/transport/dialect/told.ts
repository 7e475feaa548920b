import type { GenerateTextOutput } from "../../contracts/ai/generate-text.ts";

/** A warning in one line: the setting, and what became of it. */
export const told = ({ type, setting, details }: GenerateTextOutput["warnings"][number]): string => {
  if (setting === undefined) return details ?? type;
  return details === undefined ? setting : `${setting}: ${details}`;
};
