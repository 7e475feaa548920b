import type { CallContext } from "../../contracts/call-context.ts";
import { newId } from "../../platform/ids.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";

/** In whose name a gateway asks vendors on its own: of an app, for what it has asked before. */
export const workerCall = (organizationId: string, appId: string): CallContext => ({
  requestId: newId(),
  door: "rest",
  actor: { kind: "service", tokenId: "nexus", userId: undefined },
  organizationId,
  organizationSlug: "",
  admission: undefined,
  appId,
  userId: undefined,
  keyId: undefined,
  permissions: new Set(["srv_nexus.payments:read", "srv_nexus.payments:create"]),
  idempotencyKey: undefined,
  signal: new AbortController().signal,
});

export const workerContext = (deps: ProcedureDeps, organizationId: string, appId: string): ProcedureContext => ({
  call: workerCall(organizationId, appId),
  deps,
  batchSize: 1,
  streams: false,
  notes: {},
});
