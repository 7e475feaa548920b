import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { firstIdOf } from "../../platform/ids.ts";
import type { TrailFilter } from "./store-reads.ts";

/** Who reads: a caller, or an operator at the console, of one organization or of the platform. */
export type AuditReader = CallContext | (OperatorContext & { readonly organizationId: string | undefined });

const id = z.string().min(1).max(256);

/** What is read of the trail. */
export const auditTrailFilters = {
  whose: z
    .enum(["organization", "platform"])
    .default("organization")
    .describe("`platform`: all organizations and what belongs to none, for platform administrators"),
  action: z
    .string()
    .max(200)
    .regex(/^[a-z0-9_.-]+$/)
    .optional()
    .describe("An action such as `key.create`, or its first segments."),
  actor: id.optional().describe("Id of who made the change, or of the person for whom it was made"),
  target: id.optional().describe("Id of the thing changed."),
  from: z.iso.datetime({ offset: true }).optional().describe("Changes at that moment or later"),
  to: z.iso.datetime({ offset: true }).optional().describe("Changes before that moment"),
};

export type AuditTrailFilters = z.output<z.ZodObject<typeof auditTrailFilters>>;

/** Undefined: every organization's. */
export const organizationOfReader = (reader: AuditReader, whose: AuditTrailFilters["whose"]): string | undefined => {
  if (whose === "organization") return reader.organizationId;
  if (isOperator(reader) || (reader.actor.kind === "user" && reader.actor.platformBypass)) return undefined;
  throw new NexusError("SCOPE_DENIED", {
    message: "The audit log of the whole platform is for platform administrators: ask for the organization's own.",
    details: { reason: "platform_only" },
  });
};

/** Ids carry the time of the process that made them: rows are found by them, and chosen by the database's time. */
const marginMs = 3_600_000;

/** What is asked, as the store looks for it. */
export const trailFilterOf = (
  reader: AuditReader,
  { whose, action, actor, target, from, to }: AuditTrailFilters,
): TrailFilter => {
  const [begin, end] = [from, to].map((at) => (at === undefined ? undefined : new Date(at)));
  return {
    organizationId: organizationOfReader(reader, whose),
    action,
    actor,
    target,
    from: begin,
    to: end,
    firstId: begin && firstIdOf(begin.getTime() - marginMs),
    lastId: end && firstIdOf(end.getTime() + marginMs),
  };
};
