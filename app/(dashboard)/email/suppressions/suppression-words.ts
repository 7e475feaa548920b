import type { ListedSuppression } from "../../../_data/answers.ts";

const reasons: Readonly<Record<ListedSuppression["reason"], string>> = {
  hard_bounce: "Mail to it came back for good",
  soft_bounces: "Mail to it came back again and again",
  complaint: "Called our mail spam",
  unsubscribe: "Unsubscribed",
  manual: "Added by hand",
};

const streams: Readonly<Record<ListedSuppression["stream"], string>> = {
  any: "all mail",
  transactional: "transactional mail",
  broadcast: "broadcasts",
};

export const wordOfReason = (reason: ListedSuppression["reason"]): string => reasons[reason];
/** Why nothing was sent to a recipient, where it is one of these reasons. */
export const wordOfRecipientReason = (reason: string): string =>
  Object.entries(reasons).find(([known]) => known === reason)?.[1] ?? reason;
export const wordOfStream = (stream: ListedSuppression["stream"]): string => streams[stream];
export const streamChoices = (["any", "broadcast", "transactional"] as const).map((value) => ({
  value,
  label: streams[value],
}));
