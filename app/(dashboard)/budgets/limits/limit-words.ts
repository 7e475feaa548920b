import type { ListedRateLimit } from "../../../_data/answers.ts";

const each: Readonly<Record<ListedRateLimit["scope"], string>> = {
  organization: "The organization",
  app: "Each app without a limit of its own",
  user: "Each person without a limit of their own",
  key: "Each key without a limit of its own",
};

/** Whom a limit holds for, where it is nobody in particular. */
export const eachOf = (scope: ListedRateLimit["scope"]): string => each[scope];

const count = (value: number | null, one: string, many: string): readonly string[] =>
  value === null ? [] : [`${value.toLocaleString("en-US")} ${value === 1 ? one : many}`];

/** What may be done within a minute. */
export const limitWords = ({
  requestsPerMinute,
  tokensPerMinute,
}: Pick<ListedRateLimit, "requestsPerMinute" | "tokensPerMinute">): string =>
  [...count(requestsPerMinute, "request", "requests"), ...count(tokensPerMinute, "token", "tokens")].join(" and ");

/** A whole number as people type it; null where nothing is, undefined where it is none. */
export const readCount = (text: string): number | null | undefined => {
  const digits = text.replaceAll(/[\s,_]/g, "");
  if (digits === "") return null;
  return /^\d{1,13}$/.test(digits) && Number(digits) > 0 ? Number(digits) : undefined;
};
