import { z } from "zod";

// Offsets and abbreviations mean other things to PostgreSQL.
const zoneName = /^(UTC|[A-Z][A-Za-z_]+\/[A-Za-z0-9_+\-/]+)$/;

const isTimeZone = (name: string): boolean => {
  if (!zoneName.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
};

/** The IANA name of a time zone. */
export const TimeZone = z.string().max(64).refine(isTimeZone, { error: "an IANA time zone" });
