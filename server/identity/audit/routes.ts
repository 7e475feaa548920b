import { query } from "../http/read-input.ts";
import { get, type Route } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { auditEventsQuery, listAuditEvents } from "./events/list-audit-events.ts";

/** Reading what was done. */
export const auditRoutes: readonly Route[] = [
  get("/api/audit-events").step(signedIn).step(query(auditEventsQuery)).answer(listAuditEvents),
];
