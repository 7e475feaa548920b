export { auditedChange, type Audit } from "./audited-change.ts";
export { emitSystemAudit, type AuditEvent } from "./emit-audit.ts";
export { listAuditEvents, ListAuditEventsInput, ListAuditEventsOutput } from "./list-audit-events.ts";
