import type { CallContext, Door as DoorName } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import { caughtError } from "./caught-error.ts";
import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/metrics.ts";
import { authenticate, type Authenticator } from "./context.ts";
import type { DoorReply, DoorRequest } from "./door-request.ts";
import { restErrorReply } from "./encode-error.ts";
import { isDoubled, misplaced } from "./misplaced.ts";
import { requireFitDoorRequest } from "./require-fit-text.ts";

/** A door behind authentication. */
export interface AuthenticatedDoor {
  readonly name: DoorName;
  /** Of a path where several vendors' clients call: whose this one is. */
  readonly nameOf?: (request: DoorRequest) => DoorName;
  /** Who a request without a credential comes from, where its address was told to them alone; undefined: one is needed. */
  readonly callerOf?: (request: DoorRequest) => CallContext | undefined;
  readonly answer: (request: DoorRequest, ctx: CallContext) => Promise<DoorReply>;
  /** The door's own error shape. */
  readonly encodeError: (error: NexusError, requestId: string, request: DoorRequest) => DoorReply;
}

export interface PlacedDoor {
  readonly prefix: string;
  readonly door: AuthenticatedDoor;
}

/** Paths that answer without a credential. */
export type OpenDoor = (request: DoorRequest) => Promise<DoorReply> | DoorReply;

interface Doors {
  /** By path prefix; the longest wins. A prefix matches itself and every path below it. */
  readonly authenticated: readonly PlacedDoor[];
  /** By exact path. */
  readonly open: ReadonlyMap<string, OpenDoor>;
  readonly authenticator: Authenticator;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The dashboard's own sign-in, which is no API of ours. */
const isDashboards = (path: string): boolean => path.startsWith("/api/auth/");

/** The one entry for API requests; undefined for paths that belong to the dashboard. */
export type Dispatch = (request: DoorRequest) => Promise<DoorReply> | undefined;

const hopHeader = "x-nexus-hop";

/** What a path that needs no credential answers to. */
const openMethods = ["GET", "HEAD"];

/** Browsers may ask before they send; without CORS headers in the answer they then send nothing. */
const optionsReply = (requestId: string): DoorReply => ({
  status: 200,
  headers: { allow: "GET, POST, PUT, PATCH, DELETE, OPTIONS", "cache-control": "no-store", "x-request-id": requestId },
  body: "",
});

/** Errors of our own making are logged whole; a caller's mistakes are counted. */
export const logError = (log: Logger, error: NexusError, request: DoorRequest, ctx: CallContext | undefined): void => {
  const facts = {
    requestId: request.requestId,
    code: error.code,
    path: request.path,
    organizationId: ctx?.organizationId,
    appId: ctx?.appId,
    operationId: error.operationId,
  };
  if (error.fault === "nexus")
    log.error({ ...facts, err: error.code === "INTERNAL" ? (error.cause ?? error) : error }, "request failed");
  else log.info(facts, "request refused");
};

export const createDispatch = ({ authenticated, open, authenticator, log, metrics }: Doors): Dispatch => {
  const byLength = [...authenticated].sort((a, b) => b.prefix.length - a.prefix.length);

  const answer = async (request: DoorRequest, door: AuthenticatedDoor): Promise<DoorReply> => {
    if (request.method === "OPTIONS") return optionsReply(request.requestId);
    let ctx: CallContext | undefined;
    const name = door.nameOf?.(request) ?? door.name;
    try {
      // A request of ours that came back to us would reserve money for ever.
      if (request.header(hopHeader) !== undefined)
        throw new NexusError("INVALID_INPUT", { message: "A gateway may not be its own upstream." });
      requireFitDoorRequest(request);
      ctx = door.callerOf?.(request) ?? (await authenticate(request, name, authenticator));
      return await door.answer(request, ctx);
    } catch (caught) {
      const error = caughtError(caught);
      metrics.errors.inc({ code: error.code, fault: error.fault, door: name });
      logError(log, error, request, ctx);
      return door.encodeError(error, request.requestId, request);
    }
  };

  const answerOpen = async (request: DoorRequest, door: OpenDoor): Promise<DoorReply> => {
    try {
      if (!openMethods.includes(request.method))
        throw new NexusError("METHOD_NOT_ALLOWED", { details: { allow: openMethods } });
      requireFitDoorRequest(request);
      return await door(request);
    } catch (caught) {
      const error = caughtError(caught);
      logError(log, error, request, undefined);
      return restErrorReply(error, request.requestId);
    }
  };

  const answerMisplaced = (request: DoorRequest): Promise<DoorReply> | undefined => {
    const reply = misplaced(request);
    return reply && Promise.resolve(request.method === "OPTIONS" ? optionsReply(request.requestId) : reply);
  };

  return (request) => {
    const { path } = request;
    if (isDoubled(path)) return answerMisplaced(request);
    for (const { prefix, door } of byLength) {
      if (path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === 47))
        return answer(request, door);
    }
    const openDoor = open.get(path);
    if (openDoor) return answerOpen(request, openDoor);
    return isDashboards(path) ? undefined : answerMisplaced(request);
  };
};
