import { query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { AuditEventsQuery, listAuthAuditEvents } from "./events/list-audit-events.ts";

/** Reading what was done. */
export const auditRoutes: readonly AuthRoute[] = [
  route.get("/api/audit-events").step(signedIn).step(query(AuditEventsQuery)).answer(listAuthAuditEvents),
];
