import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { AuthenticatedDoor } from "../dispatch.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { errorHeadersOf, publicErrorOf } from "../encode-error.ts";
import { readJson } from "../read-json.ts";
import type { ToolDeps } from "./mcp-tool.ts";
import { signInChallengeOf, mcpPath, type PublicOrigins } from "./protected-resource.ts";

interface McpDoor {
  readonly deps: ToolDeps;
  readonly origins: PublicOrigins;
  /** Whether pages of an origin may call. */
  readonly isAppOrigin: (origin: string) => boolean;
  /** Called with every error that a tool answers with. */
  readonly onError: (error: NexusError, request: DoorRequest, ctx: CallContext) => void;
}

/** Tools take a few fields. */
const maxBodyBytes = 64 * 1024;

/** What the protocol's library reads of a request; the credential has been read, and goes no further. */
const passed = ["accept", "content-type", "last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id"]; // prettier-ignore

const headersOf = ({ header }: DoorRequest): Headers => {
  const headers = new Headers();
  for (const name of passed) {
    const value = header(name);
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
};

/** A page that had its name lead here (DNS rebinding) sends its own origin. */
const requireKnownOrigin = ({ header }: DoorRequest, { origins, isAppOrigin }: McpDoor): void => {
  const origin = header("origin");
  if (origin === undefined || origin === new URL(origins.publicUrl).origin || isAppOrigin(origin)) return;
  throw new NexusError("SCOPE_DENIED", {
    message: "Pages of this origin may not call: it belongs to no registered app.",
  });
};

const requireOneMessage = (message: unknown): void => {
  if (typeof message !== "object" || message === null || Array.isArray(message))
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "one JSON-RPC message" }] });
  // Nothing here changes while somebody listens.
  if ("method" in message && message.method === "subscriptions/listen")
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "method", expected: "a request that is answered at once" }] }); // prettier-ignore
};

const toReply = async (response: Response): Promise<DoorReply> => ({
  status: response.status,
  headers: { ...Object.fromEntries(response.headers), "cache-control": "no-store" },
  body: response.body ?? "",
});

/** JSON-RPC's own codes: for what the request got wrong, and for everything else. */
const rpcCodeOf = ({ fault, code }: NexusError): number => {
  if (code === "INVALID_INPUT") return -32_600;
  return fault === "caller" ? -32_000 : -32_603;
};

/**
 * The MCP server (Streamable HTTP): one message a request and no session. It knows the protocol's revision of 2026-07-28 and,
 * for older clients, those before. The protocol's library is loaded by the first request, as most processes get none.
 */
export const createMcpDoor = (options: McpDoor): AuthenticatedDoor => ({
  name: "mcp",
  answer: async (request, ctx) => {
    const { deps, origins, onError } = options;
    requireKnownOrigin(request, options);
    if (request.path !== mcpPath) throw new NexusError("NOT_FOUND");
    if (request.method !== "POST") throw new NexusError("METHOD_NOT_ALLOWED", { details: { allow: ["POST"] } });
    const message = await readJson(request, maxBodyBytes);
    requireOneMessage(message);
    const [{ createMcpHandler }, { createMcpServer }] = await Promise.all([
      import("@modelcontextprotocol/server"),
      import("./create-mcp-server.ts"),
    ]);
    const handler = createMcpHandler(() =>
      createMcpServer({ deps, ctx, onError: (error) => onError(error, request, ctx) }),
    );
    const asked = new Request(origins.publicUrl + mcpPath, {
      method: "POST",
      headers: headersOf(request),
      body: JSON.stringify(message),
      signal: ctx.signal,
    });
    return toReply(await handler.fetch(asked, { parsedBody: message }));
  },
  encodeError: (error, requestId, request) => ({
    status: error.http,
    headers: {
      "content-type": "application/json",
      ...errorHeadersOf(error, requestId),
      ...(error.code === "UNAUTHENTICATED"
        ? { "www-authenticate": signInChallengeOf(options.origins, request.header("authorization") !== undefined) }
        : {}),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: null,
      error: { code: rpcCodeOf(error), message: error.message, data: publicErrorOf(error, requestId) },
    }),
  }),
});
