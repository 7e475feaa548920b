import { formatUsd } from "../../platform/format-usd.ts";
import type { EmailTemplate } from "../mail/compose-email.ts";
import { plainName } from "../mail/plain-name.ts";
import type { ToldAlert } from "./told-alert.ts";

interface AlertEmail {
  readonly alert: ToldAlert;
  readonly organizationName: string;
  /** Undefined: this deployment has no dashboard. */
  readonly dashboardOrigin: string | undefined;
}

const scopes = { organization: "the organization", app: "the app", user: "the person", key: "the API key" } as const;

const periods = { hour: "an hour", day: "a day", week: "a week", month: "a month", total: "in total" } as const;

const periodOf = ({ period, rolling }: ToldAlert): string =>
  rolling ? `in the last ${period}, at any time` : periods[period];

const subjectOf = ({ scope, name }: ToldAlert): string =>
  scope === "organization" ? scopes.organization : `${scopes[scope]} "${plainName(name, "without a name")}"`;

const timeIn = (iso: string, timeZone: string): string =>
  `${new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone }).format(new Date(iso))} (${timeZone})`;

const usd = (nanos: string): string => `$${formatUsd(BigInt(nanos))}`;

const consequence = ({ hard, percents }: ToldAlert): string => {
  if (!hard) return "It is a soft budget: calls go on beyond it.";
  return percents.some((percent) => percent >= 100)
    ? "It is a hard budget: calls that do not fit are refused."
    : "It is a hard budget: once it is full, calls are refused.";
};

const headline = (alert: ToldAlert): string =>
  alert.kind === "budget.forecast"
    ? `The budget of ${subjectOf(alert)} will run out early`
    : `${Math.max(0, ...alert.percents)} % of the budget of ${subjectOf(alert)} is used`;

const crossed = ({ percents }: ToldAlert): readonly string[] =>
  percents.length < 2 ? [] : [`Reached at once: ${percents.map((percent) => `${percent} %`).join(", ")}.`];

/** Tells of a budget: what is used of it, what follows, and where it can be changed. */
export const alertEmail = ({ alert, organizationName, dashboardOrigin }: AlertEmail): EmailTemplate => {
  const { usedNanos, limitNanos, endsAt, runsOutAt, timeZone, budgetId } = alert;
  return {
    subject: headline(alert),
    paragraphs: [
      `${usd(usedNanos)} of ${usd(limitNanos)} ${periodOf(alert)} is used of the budget of ${subjectOf(alert)}, in the organization "${plainName(organizationName)}".`,
      ...(runsOutAt === null
        ? crossed(alert)
        : [`At the rate of the last seven days it runs out on ${timeIn(runsOutAt, timeZone)}.`]),
      consequence(alert),
      ...(endsAt === null ? [] : [`It begins anew on ${timeIn(endsAt, timeZone)}.`]),
    ],
    ...(dashboardOrigin === undefined
      ? {}
      : { action: { label: "See the budget", url: `${dashboardOrigin}/budgets?budget=${budgetId}` } }),
    closing: [
      "You receive this because the alerts of this budget are set so; an administrator of the organization changes that.",
    ],
  };
};
