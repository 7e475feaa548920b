import { AuthError } from "../auth-error.ts";

const dayMs = 24 * 3_600_000;

const refuse = (expected: string): never => {
  throw new AuthError("invalid_request", { issues: [{ field: "expiresAt", expected }] });
};

/** The end its creator chose. Refused where it is past, or later than the organization allows. */
export const chosenEnd = (expiresAt: Date | null, maxTtlDays: number | null, now: number): Date | null => {
  if (expiresAt !== null && expiresAt.getTime() <= now) refuse("a time to come");
  if (maxTtlDays === null) return expiresAt;
  if (expiresAt === null || expiresAt.getTime() > now + maxTtlDays * dayMs)
    refuse(`a time within ${maxTtlDays} days, as the organization demands`);
  return expiresAt;
};

/** An end nobody chose: as late as the organization allows. */
export const cappedEnd = (expiresAt: Date | null, maxTtlDays: number | null, now: number): Date | null => {
  if (maxTtlDays === null) return expiresAt;
  const latest = new Date(now + maxTtlDays * dayMs);
  return expiresAt === null || expiresAt > latest ? latest : expiresAt;
};
