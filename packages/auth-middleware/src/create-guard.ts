import type { IncomingMessage, ServerResponse } from "node:http";
import type { Permission } from "@topolo/auth-client";
import type { AuthMiddleware } from "./create-auth-middleware.ts";
import { answerRefusal } from "./guard-answers.ts";
import { readPresented } from "./presented.ts";
import type { Principal, RequestedResource } from "./principal.ts";
import { requireResource } from "./require-resource.ts";

type FetchHandler<Rest extends readonly unknown[]> = (
  request: Request,
  principal: Principal,
  ...rest: Rest
) => Response | Promise<Response>;

type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (...error: readonly unknown[]) => void,
) => void;

type Resources = RequestedResource | readonly RequestedResource[];

/** What a route asks of its callers. */
export interface Requirement<Arguments extends readonly unknown[]> {
  readonly permission?: Permission | undefined;
  /** What the request is about. Keys bound to resources pass only where this names resources they are bound to. */
  readonly resource?: (...request: Arguments) => Resources;
}

type Required<Arguments extends readonly unknown[]> = Permission | undefined | Requirement<Arguments>;

/** Lets only callers with the permission through; with `undefined`, every authenticated caller. A key bound to resources needs a `resource`. */
export interface Guard {
  /** Around a handler of Fetch requests: Next, Hono, Workers, Bun, Deno. */
  readonly handler: <Rest extends readonly unknown[]>(
    required: Required<[request: Request, ...rest: Rest]>,
    handle: FetchHandler<Rest>,
  ) => (request: Request, ...rest: Rest) => Promise<Response>;
  /** Before a handler of Node requests: Express, Connect, or `node:http` with a `next` of your own. */
  readonly middleware: (required: Required<[request: IncomingMessage]>) => NodeHandler;
  /** Who sent a request that `middleware` has let through; throws for one that it has not seen. */
  readonly principalOf: (request: IncomingMessage) => Principal;
}

export interface GuardOptions {
  /**
   * The origin under which callers know the service: what tokens bound to a key are proven for. Without it a Fetch
   * request's own address counts, and Node's middleware lets no such token through.
   */
  readonly publicUrl?: string;
}

type Presenting = Parameters<typeof readPresented>[0];

const validateArguments = (presenting: Presenting): Parameters<AuthMiddleware["validate"]> => {
  const { credential, proof } = readPresented(presenting);
  return proof === undefined ? [credential] : [credential, proof];
};

const ofFetch = ({ headers, method, url }: Request, origin: string | undefined): Presenting => {
  const { pathname, origin: own } = new URL(url);
  return {
    authorization: headers.get("authorization"),
    dpop: headers.get("dpop"),
    method,
    url: (origin ?? own) + pathname,
  };
};

/** Frameworks cut their mount point off the address, and keep the whole one beside it. */
const addressOf = (request: IncomingMessage & { readonly originalUrl?: unknown }): string =>
  typeof request.originalUrl === "string" ? request.originalUrl : (request.url ?? "/");

const ofNode = (request: IncomingMessage, origin: string | undefined): Presenting => {
  const { dpop } = request.headers;
  return {
    authorization: request.headers.authorization,
    dpop: typeof dpop === "string" && origin !== undefined ? dpop : undefined,
    method: request.method ?? "GET",
    url: (origin ?? "") + (addressOf(request).split("?")[0] ?? ""),
  };
};

/**
 * Guards routes: 401 without a valid credential, 403 without the permission, 503 while Auth cannot be asked. Errors of
 * the handler itself pass through untouched.
 *
 * @example
 * const guard = createGuard(createAuthMiddleware({ authUrl, serviceId: "srv_roadmapper" }));
 * export const GET = guard.handler("srv_roadmapper.items:read", (request, principal) => Response.json(principal.user));
 * app.post("/items", guard.middleware("srv_roadmapper.items:write"), (request, response) => {
 *   response.json(guard.principalOf(request).user);
 * });
 * const boards = { permission: "srv_roadmapper.items:read", resource: (_, { id }) => ({ type: "board", resourceId: id }) };
 */
export const createGuard = (
  auth: Pick<AuthMiddleware, "validate" | "requirePermission">,
  { publicUrl }: GuardOptions = {},
): Guard => {
  const principals = new WeakMap<IncomingMessage, Principal>();
  const origin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;

  const admit = async <Arguments extends readonly unknown[]>(
    presented: Presenting,
    required: Required<Arguments>,
    request: Arguments,
  ): Promise<Principal> => {
    const { permission, resource } = typeof required === "object" ? required : { permission: required };
    const principal = await auth.validate(...validateArguments(presented));
    if (permission !== undefined) auth.requirePermission(principal, permission);
    if (principal.apiKey !== null) requireResource(principal, resource ? [resource(...request)].flat() : []);
    return principal;
  };

  return {
    handler:
      (required, handle) =>
      async (request, ...rest) => {
        let principal: Principal;
        try {
          principal = await admit(ofFetch(request, origin), required, [request, ...rest]);
        } catch (error) {
          const refusal = answerRefusal(error);
          if (!refusal) throw error;
          return new Response(JSON.stringify(refusal.body), { status: refusal.status, headers: refusal.headers });
        }
        return handle(request, principal, ...rest);
      },
    middleware: (required) => (request, response, next) => {
      // On a turn of its own: what the next handler throws is no rejection of ours.
      const proceed = (...error: readonly unknown[]): void => queueMicrotask(() => next(...error));
      admit(ofNode(request, origin), required, [request]).then(
        (principal) => {
          principals.set(request, principal);
          proceed();
        },
        (error: unknown) => {
          const refusal = answerRefusal(error);
          if (!refusal) {
            proceed(error);
            return;
          }
          response.writeHead(refusal.status, refusal.headers);
          response.end(JSON.stringify(refusal.body));
        },
      );
    },
    principalOf: (request) => {
      const principal = principals.get(request);
      if (!principal) throw new Error("No guard has checked this request.");
      return principal;
    },
  };
};
