export { actorIdOf } from "./actor-id-of.ts";
export { auditedChange, type Audit } from "./audited-change.ts";
export { emitAudit, emitSystemAudit, type AuditEvent } from "./emit-audit.ts";
export { listAuditEvents, ListAuditEventsInput, ListAuditEventsOutput } from "./list-audit-events.ts";
export { untoldTopic, withUntoldLock } from "./store.ts";
export { tellUntold, type UntoldChange } from "./tell-untold.ts";
