import { z } from "zod";
import type { CallContext } from "../contracts/call-context.ts";

const actor = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    userId: z.string(),
    sessionId: z.string(),
    role: z.string(),
    platformBypass: z.boolean(),
  }),
  z.object({
    kind: z.literal("api_key"),
    keyId: z.string(),
    userId: z
      .string()
      .optional()
      .transform((id) => id),
  }),
  z.object({
    kind: z.literal("service"),
    tokenId: z.string(),
    userId: z
      .string()
      .optional()
      .transform((id) => id),
  }),
]);

const text = z
  .string()
  .optional()
  .transform((value) => value);

/** Who asks, as it is kept beside what is asked for. Permissions were judged when it was accepted. */
const Caller = z.object({
  /** `family.verb` */
  operation: z.string(),
  requestId: z.string(),
  door: z.enum(["trpc", "rest", "openai", "anthropic", "google", "mcp"]),
  actor,
  organizationId: z.string(),
  organizationSlug: z.string(),
  /** Nano-USD; null: no limit. Absent: not admitted. */
  admission: z.object({ monthlyLimitNanos: z.string().nullable() }).optional(),
  appId: text,
  userId: text,
  keyId: text,
  customerId: text,
  idempotencyKey: text,
});

const newline = 10;

/** Who asks, as one line of JSON, then what is asked for. */
export const keepQueued = (operation: string, ctx: CallContext, content: Uint8Array): Uint8Array => {
  const {
    requestId,
    door,
    organizationId,
    organizationSlug,
    appId,
    userId,
    keyId,
    customerId,
    idempotencyKey,
    admission,
  } = ctx;
  const caller: z.input<typeof Caller> = {
    operation,
    requestId,
    door,
    actor: ctx.actor,
    organizationId,
    organizationSlug,
    appId,
    userId,
    keyId,
    customerId,
    idempotencyKey,
    ...(admission === undefined
      ? {}
      : { admission: { monthlyLimitNanos: admission.monthlyLimitNanos?.toString() ?? null } }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(caller)}\n`), content]);
};

/** What was kept, with the context that the call had. */
export const readQueued = (
  bytes: Uint8Array,
): { readonly operation: string; readonly ctx: CallContext; readonly content: Uint8Array } => {
  const end = bytes.indexOf(newline);
  const { operation, admission, ...caller } = Caller.parse(
    JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8")),
  );
  const limit = admission?.monthlyLimitNanos;
  return {
    operation,
    ctx: {
      ...caller,
      admission: admission === undefined ? undefined : { monthlyLimitNanos: limit ? BigInt(limit) : undefined },
      permissions: new Set(),
      signal: new AbortController().signal,
    },
    content: bytes.subarray(end + 1),
  };
};
