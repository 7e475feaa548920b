import type { ErrorRules, ErrorWords } from "../../_wire/error-rules.ts";
import { anthropicErrors } from "../_claude/anthropic-errors.ts";
import { googleErrors } from "../_gemini/google-errors.ts";

const either = (one: RegExp | undefined, other: RegExp | undefined): RegExp =>
  new RegExp(
    [one, other].flatMap((pattern) => (pattern === undefined ? [] : [`(?:${pattern.source})`])).join("|"),
    "i",
  );

const both = (one: ErrorWords, other: ErrorWords): ErrorWords => ({
  names: either(one.names, other.names),
  said: either(one.said, other.said),
});

/** Google refuses who may not call and what is too often, in its own words; Anthropic refuses the request, in its. */
export const claudeErrors: ErrorRules = {
  badKey: both(googleErrors.badKey, anthropicErrors.badKey),
  exhausted: both(googleErrors.exhausted, anthropicErrors.exhausted),
  deniedModel: both(googleErrors.deniedModel, anthropicErrors.deniedModel),
  tooLarge: either(googleErrors.tooLarge, anthropicErrors.tooLarge),
  statuses: { ...anthropicErrors.statuses, ...googleErrors.statuses },
  ...(googleErrors.requestIdHeader === undefined ? {} : { requestIdHeader: googleErrors.requestIdHeader }),
};
