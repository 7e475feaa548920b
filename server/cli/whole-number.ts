import { CliError } from "./cli-error.ts";

/** A number of an option. */
export const wholeNumber = (option: string, text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CliError(`${option} takes a whole number, not "${text}".`);
  return Number(text);
};
