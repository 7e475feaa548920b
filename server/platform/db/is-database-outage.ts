// Prisma's connection errors, PostgreSQL's classes 08, 53 and 57, a server that takes no writes, and the socket's own.
const outageCode =
  /^(P1\d{3}|P2024|P2037|08...|25006|53...|57014|57P0.|ECONN[A-Z]+|ENOTFOUND|ETIMEDOUT|EPIPE|EHOSTUNREACH)$/;
const outageText =
  /timeout exceeded when trying to connect|timeout expired|Query read timeout|no answer from the database|Connection terminated|connection error and is not queryable|Cannot use a pool after calling end/;

/** Whether what a statement ended with says that the database could not be reached, or could not do any work. */
export const isDatabaseOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && outageCode.test(error.code)) return true;
  return outageText.test(error.message) || isDatabaseOutage(error.cause);
};
