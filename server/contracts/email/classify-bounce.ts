import type { BounceKind } from "./mail-state.ts";

/**
 * What an enhanced status code (RFC 3463) says of the address itself. `policy`: the mail was refused, by what it said or by
 * whom it came from; that says nothing of the address.
 */
const byCode: readonly (readonly [RegExp, BounceKind | "policy"])[] = [
  [/^4\./, "soft"],
  // Addresses: no such mailbox, no such system, moved, null MX. 5.1.7 and 5.1.8 are about the sender's.
  [/^5\.1\.(1|2|3|6|10)$/, "hard"],
  [/^5\.1\.(7|8)$/, "policy"],
  // The mailbox: disabled is for good; full, too long and others are of the day.
  [/^5\.2\.1$/, "hard"],
  [/^5\.2\.[2-4]$/, "soft"],
  [/^5\.3\./, "soft"],
  // The way there: no answer, a loop, a time that is over.
  [/^5\.4\.(1|2|5|6|7)$/, "soft"],
  [/^5\.(5|6|7)\./, "policy"],
];

const enhanced = /[245]\.\d{1,3}\.\d{1,3}$/;

/** What a bounce is: a clear code counts more than the vendor's word, and what neither says is undetermined. */
export const classifyBounce = (told: BounceKind | undefined, code: string | undefined): BounceKind => {
  const status = code === undefined ? undefined : enhanced.exec(code)?.[0];
  const said = status === undefined ? undefined : byCode.find(([pattern]) => pattern.test(status))?.[1];
  if (said === "policy") return "undetermined";
  if (said !== undefined) return said;
  if (told !== undefined && told !== "undetermined") return told;
  // A reply of the fours alone is for now.
  return code?.startsWith("4") ? "soft" : "undetermined";
};
