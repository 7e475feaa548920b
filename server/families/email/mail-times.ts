import type { MailCategory, SendEmailInput } from "../../contracts/email/send-email.ts";
import { NexusError } from "../../errors.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const farthestMs = 90 * day;
const longestMs = 7 * day;

const lifetimeMs = (category: MailCategory): number => (category === "otp" ? 10 * minute : day);

const refused = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

const dueProblem = (dueMs: number, nowMs: number): NexusError | undefined =>
  dueMs < nowMs
    ? refused("sendAt", "a time to come")
    : dueMs > nowMs + farthestMs
      ? refused("sendAt", "a time within 90 days")
      : undefined;

/** When mail that waits is due from now on. */
export const dueTimeOf = (sendAt: string, nowMs: number): Date => {
  const dueMs = Date.parse(sendAt);
  const problem = dueProblem(dueMs, nowMs);
  if (problem !== undefined) throw problem;
  return new Date(dueMs);
};

/**
 * When queued mail is due, and until when it may be sent. Of a repeat (`known`) it is not asked whether its time has passed
 * since: it is given the answer of the first one.
 */
export const mailTimesOf = async (
  { sendAt, expiresAt, category }: Pick<SendEmailInput, "sendAt" | "expiresAt" | "category">,
  nowMs: number,
  known: () => Promise<boolean>,
): Promise<{ readonly dueAt: Date; readonly expiresAt: Date }> => {
  const dueMs = sendAt === undefined ? nowMs : Date.parse(sendAt);
  const endMs = expiresAt === undefined ? dueMs + lifetimeMs(category) : Date.parse(expiresAt);
  const problem =
    dueProblem(dueMs, nowMs) ??
    (endMs <= dueMs
      ? refused("expiresAt", sendAt === undefined ? "a time to come" : "a time after sendAt")
      : endMs > dueMs + longestMs
        ? refused("expiresAt", "a time within 7 days after it is due")
        : undefined);
  if (problem !== undefined && !(await known())) throw problem;
  return { dueAt: new Date(dueMs), expiresAt: new Date(endMs) };
};
