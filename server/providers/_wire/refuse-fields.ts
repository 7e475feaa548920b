import type { JsonRecord } from "./json.ts";
import { failure } from "./vendor-failure.ts";

/** Fields of a request and the values that may be sent; no value at all may be sent where the list is empty. */
export type RefusedFields = Readonly<Record<string, readonly string[]>>;

/**
 * Refuses what a vendor bills in ways that the answer's usage does not show (service tiers, server-side fallbacks,
 * unmetered searches), and references that would be shared by everyone behind the same credential.
 */
export const refuseFields = (body: JsonRecord, refused: RefusedFields): void => {
  for (const [field, allowed] of Object.entries(refused)) {
    const value = body[field];
    if (value === undefined || value === null || (typeof value === "string" && allowed.includes(value))) continue;
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
      { message: `The field ${field} is not offered${allowed.length === 0 ? "" : " with this value"}.` },
    );
  }
};
