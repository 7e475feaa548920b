import type { ExportFormat } from "../../platform/export-text.ts";
import type { Logger } from "../../platform/logger.ts";
import { openAuthDatabase } from "../database/store.ts";
import { auditEventAnswer, type AuditEventAnswer } from "./events/audit-event-answer.ts";
import { authAuditText } from "./events/export-audit-events.ts";
import { listAuthAuditRows, type AuditFilter } from "./events/store.ts";

/** Auth's log as an operator reads it. */
export interface AuthAuditLog {
  /** The newest ones. */
  readonly list: (filter: AuditFilter, limit: number) => Promise<readonly AuditEventAnswer[]>;
  /** All of them as a file, oldest first. */
  readonly text: (filter: AuditFilter, format: ExportFormat) => AsyncGenerator<string, void, void>;
  readonly close: () => Promise<void>;
}

/** Reads the log of a database without starting Auth, and changes nothing. */
export const openAuditLog = async ({
  databaseUrl,
  log,
}: {
  readonly databaseUrl: string;
  readonly log: Logger;
}): Promise<AuthAuditLog> => {
  const db = await openAuthDatabase({ connectionString: databaseUrl, log, maxConnections: 2 });
  return {
    list: async (filter, limit) =>
      (await listAuthAuditRows(db, filter, { after: undefined, limit, order: "newest" })).map(auditEventAnswer),
    text: (filter, format) => authAuditText(db, filter, format),
    close: () => db.close(),
  };
};
