import type { ListedAuditEvent } from "../../_data/answers.ts";
import { formatMoney } from "../../_ui/format-money.ts";
import { writePercents } from "./budget-words.ts";

type Told = Pick<ListedAuditEvent, "action" | "details">;

const moneyOf = (value: unknown): string =>
  typeof value === "string" && /^\d+$/.test(value) ? formatMoney(value) : "no limit";

const dayOf = (value: unknown): string =>
  typeof value === "string"
    ? `${new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(new Date(value))} UTC`
    : "a date";

const percentsOf = (value: unknown): string => {
  const percents = Array.isArray(value) ? value.filter((one) => typeof one === "number") : [];
  return percents.length === 0 ? "none" : writePercents(percents);
};

const counted = (value: unknown, one: string, many: string): string => {
  const count = Array.isArray(value) ? value.length : 0;
  return count === 1 ? `one ${one}` : `${count} ${many}`;
};

const facts: readonly (readonly [field: string, name: string, words: (value: unknown) => string])[] = [
  ["limitNanos", "Limit", moneyOf],
  ["hard", "At the limit", (hard) => (hard === false ? "calls go on" : "calls are refused")],
  ["alertThresholds", "Alerts", percentsOf],
  ["timeZone", "Time zone", String],
];

const toldWords = ({ administrators, addresses, webhookIds, forecast }: ListedAuditEvent["details"]): string =>
  [
    administrators === true ? "administrators" : "no administrators",
    counted(addresses, "other address", "other addresses"),
    counted(webhookIds, "webhook", "webhooks"),
    ...(forecast === true ? ["also of a forecast"] : []),
  ].join(", ");

/** What an event changed, against the events before it, of which the newest is the first. */
export const changesBetween = ({ action, details }: Told, before: readonly Told[]): string => {
  if (action === "budget.remove") return "Removed it.";
  if (action === "budget.set-alerts") return `Who is told: ${toldWords(details)}.`;
  if (action === "budget.raise")
    return `Raised the limit to ${moneyOf(details["limitNanos"])} until ${dayOf(details["until"])}, as somebody had asked.`;
  const last = before.find((event) => event.action === "budget.set")?.details;
  if (!last) return `Set it. ${facts.map(([field, name, words]) => `${name}: ${words(details[field])}`).join("; ")}.`;
  const changed = facts.filter(([field, , words]) => words(details[field]) !== words(last[field]));
  if (changed.length === 0) return "Set it again as it was.";
  return `${changed.map(([field, name, words]) => `${name}: ${words(last[field])} → ${words(details[field])}`).join("; ")}.`;
};
