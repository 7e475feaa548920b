import type { ZodType } from "zod";
import type { Operation, NexusPermission } from "../../contracts/operation.ts";
import { NexusError } from "../../errors.ts";
import { requireFitText } from "../require-fit-text.ts";
import { t, type ProcedureMeta, type RestRoute } from "./init.ts";
import { MeteredRequestHeaders, MeteredResponseHeaders } from "./metered-headers.ts";

const defaultBodyBytes = 1024 * 1024;
const meteredBodyBytes = 20 * 1024 * 1024;

/** What a procedure must say about itself before it can be built. */
interface Declaration {
  /** Of several any one opens it; which of them is needed, the procedure decides then. */
  readonly permission: NexusPermission | readonly NexusPermission[];
  readonly summary: string;
  readonly rest: RestRoute;
  /** Said by whatever changes something: whether what it makes outlives the caller's token. */
  readonly lasting?: boolean;
}

const allowed = t.middleware(({ ctx, meta, path, next }) => {
  const permissions = meta?.permissions;
  if (!permissions?.length) throw new Error(`${path} declares no permission`);
  if (!permissions.some((permission) => ctx.call.permissions.has(permission))) {
    throw new NexusError("SCOPE_DENIED", {
      message: `${path} needs the permission ${permissions.join(" or ")}.`,
      details: { permission: permissions[0] },
    });
  }
  // What costs money is judged with its budgets and its app, in the call path; nothing else is about a bound resource.
  if (ctx.call.boundTo?.length && !meta?.metered)
    throw new NexusError("SCOPE_DENIED", {
      message: `${path} is not for keys that are bound to resources.`,
      details: { reason: "resource_denied" },
    });
  return next();
});

/** What costs money is counted where it ends. */
const counted = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  ctx.deps.onAsked(path, result.ok ? "answered" : "refused");
  return result;
});

const travelsAlone = t.middleware(({ ctx, meta, path, next }) => {
  if (ctx.batchSize > 1)
    throw new NexusError("INVALID_INPUT", {
      message: `${path} cannot be part of a batch.`,
    });
  if (meta?.streaming && !ctx.streams) {
    throw new NexusError("INVALID_INPUT", {
      message: `${path} answers as a stream: call it over httpBatchStreamLink.`,
    });
  }
  return next();
});

/**
 * A stolen token buys nothing that outlives it. A key and a service's token are credentials of their own, whose making
 * took a recent sign-in and whose permissions were chosen then: they act within those.
 */
const signedInRecently = t.middleware(({ ctx, meta, path, next }) => {
  const { actor } = ctx.call;
  const { authUrl, management } = ctx.deps;
  if (meta?.lasting && actor.kind === "user" && management.clock.now() > (actor.recentUntil ?? 0)) {
    throw new NexusError("REAUTHENTICATION_REQUIRED", {
      message: `${path} needs a sign-in of the last ten minutes: confirm your identity and send the new token.`,
      details: {
        endpoint: `${authUrl}/api/me/reauthenticate`,
        page: `${authUrl}/confirm-identity`,
        maxAgeSeconds: 600,
      },
    });
  }
  return next();
});

/** What costs money is asked in prompts; management verbs write what they are given into rows. */
const fitText = t.middleware(async ({ getRawInput, meta, next }) => {
  requireFitText(await getRawInput(), meta?.metered ? "prompt" : "text");
  return next();
});

const metaOf = (
  declaration: Declaration,
  kind: Pick<ProcedureMeta, "metered" | "streaming" | "part">,
): ProcedureMeta => {
  const { permission, summary, rest, lasting } = declaration;
  const permissions = typeof permission === "string" ? [permission] : permission;
  return {
    permissions,
    summary,
    rest,
    lasting,
    ...kind,
    maxBodyBytes: kind.metered ? meteredBodyBytes : defaultBodyBytes,
    openapi: {
      ...rest,
      enabled: !kind.streaming,
      summary,
      description: `Needs the permission ${permissions.map((one) => `\`${one}\``).join(" or ")}${lasting ? ", and of a person a sign-in of the last ten minutes" : ""}.`,
      tags: [rest.path.split("/")[2] ?? ""],
      errorResponses: [],
      ...(kind.metered ? { requestHeaders: MeteredRequestHeaders, responseHeaders: MeteredResponseHeaders } : {}),
    },
  };
};

/** The only way to a management procedure; there is none without a permission. */
export const declare = (declaration: Declaration) =>
  t.procedure
    .meta(metaOf(declaration, { metered: false, streaming: false }))
    .use(counted)
    .use(allowed)
    .use(signedInRecently)
    .use(fitText);

/** A management procedure whose answer is read part by part while it is made; it travels alone. */
export const declareStream = (declaration: Declaration, part: ZodType) =>
  t.procedure
    .meta(metaOf(declaration, { metered: false, streaming: true, part }))
    .use(counted)
    .use(allowed)
    .use(travelsAlone)
    .use(fitText);

/** The only way to a procedure that costs money; permission and summary come from the operation. */
export const metered = (
  { permission, summary, output }: Operation,
  rest: RestRoute,
  kind: "answer" | "stream" = "answer",
) =>
  t.procedure
    .meta(
      metaOf(
        { permission, summary, rest },
        kind === "stream" ? { metered: true, streaming: true, part: output } : { metered: true, streaming: false },
      ),
    )
    .use(allowed)
    .use(travelsAlone)
    .use(fitText);

type Path = RestRoute["path"];
export const get = (path: Path): RestRoute => ({ method: "GET", path });
export const post = (path: Path): RestRoute => ({ method: "POST", path });
export const put = (path: Path): RestRoute => ({ method: "PUT", path });
export const patch = (path: Path): RestRoute => ({ method: "PATCH", path });
export const del = (path: Path): RestRoute => ({ method: "DELETE", path });

export const { router } = t;
