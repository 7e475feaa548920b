import { z } from "zod";

/** How far a mail can have got to one recipient, in the order in which the later ones tell more. */
export const mailStates = [
  "scheduled",
  "queued",
  "sending",
  "unknown",
  "canceled",
  "expired",
  "accepted",
  "deferred",
  "suppressed",
  "rejected",
  "failed",
  "delivered",
  "bounced",
  "complained",
] as const;

export const MailState = z
  .enum(mailStates)
  .describe(
    "scheduled, queued, sending: not given to a vendor yet; unknown: nobody can tell whether it left, and it is being found out; accepted: a vendor has taken it; deferred: the recipient's server did not take it yet; suppressed: nothing was sent to this address; rejected, failed: refused, or not sent; delivered: the recipient's server has it; bounced, complained: it came back, or was called spam",
  );
export type MailState = z.infer<typeof MailState>;

export const bounceKinds = ["hard", "soft", "undetermined"] as const;
export type BounceKind = (typeof bounceKinds)[number];
