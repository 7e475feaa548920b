import { z } from "zod";
import {
  AuditEventView,
  auditExportText,
  AuditValuesInput,
  AuditValuesOutput,
  exportAuditEvents,
  ExportAuditEventsInput,
  listAuditEvents,
  ListAuditEventsInput,
  ListAuditEventsOutput,
  listAuditValues,
} from "../../../domain/audit/index.ts";
import { exportTypes } from "../../../platform/export-text.ts";
import { declare, declareStream, get, router } from "../procedures.ts";
import { pagesOutput } from "../pages-output.ts";

const permission = "srv_nexus.audit:read";

/** Who changed what in Nexus. What was changed in Topolo Auth is Auth's to tell. */
export const auditRouter = router({
  list: declare({
    permission,
    summary: "List changes of the organization, or of the platform, newest first",
    rest: get("/api/audit"),
  })
    .input(ListAuditEventsInput)
    .output(ListAuditEventsOutput)
    .query(({ ctx, input }) => listAuditEvents(ctx.deps.management, ctx.call, input)),

  values: declare({
    permission,
    summary: "Search actions and actors to filter the audit trail by",
    rest: get("/api/audit/values"),
  })
    .input(AuditValuesInput)
    .output(AuditValuesOutput)
    .query(({ ctx, input }) => listAuditValues(ctx.deps.management, ctx.call, input)),

  export: declareStream(
    {
      permission,
      summary: "Export changes as CSV, NDJSON or JSON, oldest first; the last line says how many rows there are",
      rest: get("/api/audit/export"),
    },
    z.array(AuditEventView),
  )
    .input(ExportAuditEventsInput)
    .output(pagesOutput<AuditEventView>())
    .query(({ ctx, input }) => {
      const exported = exportAuditEvents(ctx.deps.management, ctx.call, input);
      ctx.notes.file = {
        name: exported.fileName,
        type: exportTypes[exported.format],
        text: () => auditExportText(exported),
      };
      return exported.pages;
    }),
});
