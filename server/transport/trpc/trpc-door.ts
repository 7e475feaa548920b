import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { AuthenticatedDoor } from "../dispatch.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { errorHeadersOf, publicErrorOf } from "../encode-error.ts";
import { readJsonText, requireShallow } from "../read-json.ts";
import { replyHeadersOf, type ReplyNotes } from "../reply-headers.ts";
import { transformer, type ProcedureContext } from "./init.ts";
import { nexusErrorOf } from "./nexus-error-of.ts";
import { listProcedures, type DeclaredProcedure } from "./procedure-list.ts";
import { appRouter } from "./root.ts";
import type { ProcedureDeps } from "./procedure-deps.ts";

/** Where the door is mounted. */
export const trpcPrefix = "/api/trpc";

const maxBatchSize = 10;
const batchBodyBytes = 1024 * 1024;

interface TrpcDoor {
  readonly deps: ProcedureDeps;
  /** Called with every error encoded here, for log and metrics. */
  readonly onError: (error: NexusError, request: DoorRequest, ctx: CallContext) => void;
}

const namesOf = (request: DoorRequest): readonly string[] => {
  const path = request.path.slice(trpcPrefix.length + 1);
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "path", expected: "valid URL encoding" }] });
  }
  const names = request.query.get("batch") === "1" ? decoded.split(",") : [decoded];
  if (names.length > maxBatchSize)
    throw new NexusError("INVALID_INPUT", { message: `A batch holds at most ${maxBatchSize} calls.` });
  return names;
};

const requestHeaders = (request: DoorRequest, post: boolean): Headers => {
  const headers = new Headers();
  if (post) headers.set("content-type", "application/json");
  // Nothing else is passed on: credentials have been read, and tRPC reads no other header of ours.
  for (const name of ["accept", "trpc-accept"]) {
    const value = request.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
};

const toReply = async (response: Response): Promise<DoorReply> => {
  const headers = Object.fromEntries(response.headers);
  const streamed = headers["transfer-encoding"] === "chunked";
  delete headers["transfer-encoding"];
  return { status: response.status, headers, body: streamed && response.body ? response.body : await response.text() };
};

/** An error outside any procedure, in tRPC's own envelope. */
const encodeError = (error: NexusError, requestId: string): DoorReply => {
  const { trpc, http } = error;
  const nexus = publicErrorOf(error, requestId);
  const shape = {
    message: nexus.message,
    code: TRPC_ERROR_CODES_BY_KEY[trpc],
    data: { code: trpc, httpStatus: http, nexus },
  };
  return {
    status: http,
    headers: { "content-type": "application/json", ...errorHeadersOf(error, requestId) },
    body: JSON.stringify({ error: transformer.output.serialize(shape) }),
  };
};

/** The tRPC door. Bounds come first: method, batch size, media type, bytes and depth, before tRPC sees the request. */
export const createTrpcDoor = ({ deps, onError }: TrpcDoor): AuthenticatedDoor => {
  const procedures = new Map(listProcedures().map((procedure) => [procedure.name, procedure]));
  const onlyOf = (names: readonly string[]): DeclaredProcedure | undefined =>
    names.length === 1 && names[0] !== undefined ? procedures.get(names[0]) : undefined;
  const requireMethodOf = (only: DeclaredProcedure | undefined, method: string): void => {
    const allow = only?.type === "mutation" ? "POST" : "GET";
    if (only && method !== allow) throw new NexusError("METHOD_NOT_ALLOWED", { details: { allow: [allow] } });
  };

  const answer = async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const post = request.method === "POST";
    if (!post && request.method !== "GET")
      throw new NexusError("METHOD_NOT_ALLOWED", { details: { allow: ["GET", "POST"] } });
    const names = namesOf(request);
    const only = onlyOf(names);
    requireMethodOf(only, request.method);
    requireShallow(request.query.get("input") ?? "");
    const search = request.query.toString();
    const notes: ReplyNotes = {};
    const response = await fetchRequestHandler({
      endpoint: trpcPrefix,
      router: appRouter,
      req: new Request(`http://nexus${request.path}${search ? `?${search}` : ""}`, {
        method: request.method,
        headers: requestHeaders(request, post),
        body: post ? await readJsonText(request, only?.maxBodyBytes ?? batchBodyBytes) : null,
        signal: ctx.signal,
      }),
      maxBatchSize,
      createContext: ({ info }): ProcedureContext => ({
        call: ctx,
        deps,
        batchSize: info.calls.length,
        streams: info.accept === "application/jsonl",
        notes,
      }),
      onError: ({ error }) => onError(nexusErrorOf(error), request, ctx),
      responseMeta: ({ errors }) => {
        const [error] = errors;
        const headers = replyHeadersOf(notes, ctx.requestId);
        return {
          ...(notes.accepted === undefined ? {} : { status: 202 }),
          headers: new Headers(
            error && errors.length === names.length
              ? { ...headers, ...errorHeadersOf(nexusErrorOf(error), ctx.requestId) }
              : headers,
          ),
        };
      },
    });
    return toReply(response);
  };

  return { name: "trpc", answer, encodeError };
};
