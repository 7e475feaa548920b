import { formatUsd } from "../../platform/format-usd.ts";
import type { EmailTemplate } from "../mail/compose-email.ts";
import { plainName } from "../mail/plain-name.ts";
import type { ToldRequest } from "./told-request.ts";

interface RequestEmail {
  readonly request: ToldRequest;
  /** The address of who asks. */
  readonly email: string;
  readonly organizationName: string;
  /** Undefined: this deployment has no dashboard. */
  readonly dashboardOrigin: string | undefined;
}

const usd = (nanos: string): string => `$${formatUsd(BigInt(nanos))}`;

const timeOf = (iso: string): string =>
  `${new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone: "UTC" }).format(new Date(iso))} (UTC)`;

const actionOf = (origin: string | undefined, label: string, path: string): Pick<EmailTemplate, "action"> =>
  origin === undefined ? {} : { action: { label, url: `${origin}${path}` } };

/** Tells administrators who asks for how much, or whoever asked what was decided. Reasons and notes are read on the page. */
export const requestEmail = ({ request, email, organizationName, dashboardOrigin }: RequestEmail): EmailTemplate => {
  const { state, limitBeforeNanos, limitWantedNanos, grantedNanos, grantedUntil } = request;
  const where = `in the organization "${plainName(organizationName)}"`;
  const amounts = `${usd(limitWantedNanos)} in place of ${usd(limitBeforeNanos)}`;
  if (state === "open")
    return {
      subject: "Somebody asks for more budget",
      paragraphs: [`${email} asks for a limit of ${amounts}, ${where}.`],
      ...actionOf(dashboardOrigin, "Read why, and decide", "/budgets"),
      closing: ["You receive this as an owner or an administrator of the organization."],
    };
  return {
    subject: state === "granted" ? "You have more budget" : "Your request for more budget was declined",
    paragraphs: [
      state === "granted"
        ? `An administrator has granted your request, ${where}: the limit is ${usd(grantedNanos ?? limitWantedNanos)} in place of ${usd(limitBeforeNanos)}${grantedUntil === null ? "" : ` until ${timeOf(grantedUntil)}`}.`
        : `An administrator has declined your request for a limit of ${amounts}, ${where}.`,
    ],
    ...actionOf(dashboardOrigin, "See what is left for you", "/me"),
  };
};
