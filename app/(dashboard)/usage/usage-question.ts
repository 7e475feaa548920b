import type { NexusInputs } from "@topolo/nexus-client";
import { addDays, dayIn, firstOfMonth } from "../../_data/zoned-days.ts";
import { anyText, calendarDay, oneOf, type Choice } from "../use-choice.ts";

export type UsageQuestion = NexusInputs["usage"]["explore"];
export type Grouping = NonNullable<UsageQuestion["groupBy"]>[number];
export type Interval = NonNullable<UsageQuestion["interval"]>;

/** What usage can be filtered and grouped by, as people call it. */
export const dimensions = [
  { id: "app", name: "App", none: "No app" },
  { id: "user", name: "Person", none: "Nobody named" },
  { id: "key", name: "Key", none: "No key" },
  { id: "model", name: "Model", none: "No model" },
  { id: "vendor", name: "Vendor", none: "No vendor" },
  { id: "operation", name: "Operation", none: "None" },
  { id: "family", name: "Family", none: "None" },
  { id: "tier", name: "Credential", none: "None" },
  { id: "source", name: "Usage source", none: "None" },
] as const satisfies readonly { readonly id: Grouping; readonly name: string; readonly none: string }[];

export type Dimension = (typeof dimensions)[number]["id"];

const words: Readonly<Record<string, string>> = {
  ai: "AI",
  email: "E-mail",
  payments: "Payments",
  byok: "Own key",
  org_override: "Override",
  platform_default: "Platform",
  provider: "Reported by the vendor",
  drained: "Reported after the caller had left",
  estimated: "Estimated",
  cache: "Cache",
  operator: "Entered by hand",
  import: "From a bill",
  none: "Nothing metered",
};

/** How a value of a dimension is called. */
export const wordOf = (of: Dimension, value: string | null, name: string | null): string => {
  if (value === null || value === "") return dimensions.find(({ id }) => id === of)?.none ?? "None";
  if (name !== null) return name;
  return of === "family" || of === "tier" || of === "source" ? (words[value] ?? value) : value;
};

export const periods = [
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "90d", label: "Last 90 days" },
  { value: "month", label: "This month" },
  { value: "last-month", label: "Last month" },
  { value: "days", label: "Chosen days" },
] as const;

export const usageChoices = {
  period: oneOf(periods.map(({ value }) => value)),
  from: calendarDay,
  to: calendarDay,
  by: oneOf(dimensions.map(({ id }) => id)),
  measure: oneOf(["calls", "errors"]),
  before: oneOf(["hide"]),
  status: oneOf(["succeeded", "failed"]),
  app: anyText,
  user: anyText,
  key: anyText,
  model: anyText,
  vendor: anyText,
  operation: anyText,
  family: oneOf(["ai", "email", "payments"]),
  tier: oneOf(["byok", "org_override", "platform_default"]),
  source: oneOf(["provider", "drained", "estimated", "cache", "operator", "import", "none"]),
};

/** What a person chose of the usage. */
export type UsageChoice = Choice<keyof typeof usageChoices>;

type Period = Pick<UsageQuestion, "from" | "to"> & { readonly interval: Interval };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longestDays = 400;

const intervalFor = (from: string, to: string): Interval => {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs;
  if (days <= 2) return "hour";
  return days <= 92 ? "day" : "week";
};

/** Days that were chosen, both included, as far as they can be meant: the last 30 otherwise. */
const chosenDays = ({ from, to }: UsageChoice, today: string): Period => {
  const last = to ?? today;
  const first = from ?? addDays(last, -29);
  const end = addDays(last, 1);
  const begin = first > last ? last : first;
  const bounded = begin < addDays(end, -longestDays) ? addDays(end, -longestDays) : begin;
  return { from: bounded, to: end, interval: intervalFor(bounded, end) };
};

const lastDaysUntil = (today: string, days: number): Period => ({
  from: addDays(today, 1 - days),
  to: addDays(today, 1),
  interval: "day",
});

/** The period of a choice: calendar days of the reader's zone. */
export const periodOf = (choice: UsageChoice, now: Date, zone: string): Period => {
  const today = dayIn(zone, now);
  switch (choice.period) {
    case "24h": {
      const end = Math.ceil((now.getTime() + 1) / hourMs) * hourMs;
      return { from: new Date(end - dayMs).toISOString(), to: new Date(end).toISOString(), interval: "hour" };
    }
    case "7d":
      return lastDaysUntil(today, 7);
    case "90d":
      return lastDaysUntil(today, 90);
    case "month":
      return { from: firstOfMonth(today), to: addDays(today, 1), interval: today.endsWith("-01") ? "hour" : "day" };
    case "last-month":
      return { from: firstOfMonth(today, -1), to: firstOfMonth(today), interval: "day" };
    case "days":
      return chosenDays(choice, today);
    default:
      return lastDaysUntil(today, 30);
  }
};

const filterIds = [...dimensions.map(({ id }) => id), "status"] as const;

/** The filters of a choice, as the gateway takes them: those alone that are set. */
export const filtersOf = (choice: UsageChoice): Omit<UsageQuestion, "from" | "to"> =>
  Object.fromEntries(filterIds.flatMap((id) => (choice[id] === undefined ? [] : [[id, choice[id]]])));

/** By what the groups are told apart. */
export const groupingOf = ({ by }: UsageChoice): Dimension => dimensions.find(({ id }) => id === by)?.id ?? "model";

const groups = 25;

/** The question of a choice. */
export const questionOf = (choice: UsageChoice, now: Date, zone: string): UsageQuestion => {
  const { measure } = choice;
  return {
    ...periodOf(choice, now, zone),
    ...filtersOf(choice),
    timeZone: zone,
    groupBy: [groupingOf(choice)],
    orderBy: measure === "calls" || measure === "errors" ? measure : "cost",
    limit: groups,
    compare: choice.before === undefined,
  };
};

/** The calls behind: the list of calls is filtered by the same, in the same words. */
export const callsAddress = (choice: UsageChoice, of?: { readonly by: Dimension; readonly value: string }): string => {
  const {
    by: _,
    measure: __,
    before: ___,
    ...kept
  }: UsageChoice = of === undefined ? choice : { ...choice, [of.by]: of.value };
  const query = new URLSearchParams({ period: "30d" });
  for (const [name, value] of Object.entries(kept)) query.set(name, value);
  return `/calls?${query}`;
};
