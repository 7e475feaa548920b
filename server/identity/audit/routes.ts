import { query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { exportAuthAuditEvents, ExportAuditQuery } from "./events/export-audit-events.ts";
import { AuditEventsQuery, listAuthAuditEvents } from "./events/list-audit-events.ts";
import { AuditValuesQuery, listAuthAuditValues } from "./events/list-audit-values.ts";

/** Reading what was done. */
export const auditRoutes: readonly AuthRoute[] = [
  route.get("/api/audit-events").step(signedIn).step(query(AuditEventsQuery)).answer(listAuthAuditEvents),
  route.get("/api/audit-events/values").step(signedIn).step(query(AuditValuesQuery)).answer(listAuthAuditValues),
  route.get("/api/audit-events/export").step(signedIn).step(query(ExportAuditQuery)).answer(exportAuthAuditEvents),
];
