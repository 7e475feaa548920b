import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { mailboxOf } from "../../contracts/email/mailbox.ts";
import {
  AddSuppressionInput,
  CheckSuppressionInput,
  ListSuppressionsInput,
  RemoveSuppressionInput,
  type AddSuppressionOutput,
  type CheckSuppressionOutput,
  type ListSuppressionsOutput,
  type RemoveSuppressionOutput,
  type Suppression,
} from "../../contracts/email/suppression.ts";
import type { z } from "zod";
import { NexusError } from "../../errors.ts";
import { createSealedBox } from "../../platform/crypto/index.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { addressDigest } from "./address-digest.ts";
import type { EmailDeps } from "./email-deps.ts";
import {
  deleteSuppressions,
  selectSuppressions,
  selectSuppressionsOf,
  upsertSuppression,
  type SuppressionRow,
} from "./store-suppressions.ts";

/** Null where the key is gone by which it was sealed. */
const addressOf = ({ secretBox }: EmailDeps, { suppressionId, address }: SuppressionRow): string | null => {
  try {
    return Buffer.from(createSealedBox(secretBox, "email_suppression").open(suppressionId, address)).toString("utf8");
  } catch (error) {
    if (NexusError.is(error) && error.code === "SEALED") return null;
    throw error;
  }
};

const viewOf = (deps: EmailDeps, row: SuppressionRow): Suppression => ({
  suppressionId: row.suppressionId,
  address: addressOf(deps, row),
  stream: row.stream,
  reason: row.reason,
  source: row.source,
  note: row.note,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
});

const asSent = (address: string): string => mailboxOf(address) ?? address;

interface Suppressing extends Pick<AddSuppressionInput, "address" | "stream" | "reason"> {
  readonly organizationId: string;
  readonly source: string;
  readonly note?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/** Leaves an address out from now on, in the transaction of what tells so. */
export const suppress = (
  { secretBox, pepper }: Pick<EmailDeps, "secretBox" | "pepper">,
  tx: pg.PoolClient,
  { address, organizationId, stream, reason, source, note, expiresAt }: Suppressing,
): Promise<SuppressionRow & { readonly added: boolean }> => {
  const suppressionId = newId();
  return upsertSuppression(tx, {
    suppressionId,
    organizationId,
    stream,
    digest: addressDigest(pepper, organizationId, asSent(address)),
    address: createSealedBox(secretBox, "email_suppression").seal(suppressionId, Buffer.from(asSent(address))),
    reason,
    source,
    note: note ?? null,
    expiresAt: expiresAt ?? null,
  });
};

/** Leaves an address out of the organization's mail. */
export const addSuppression = (
  deps: EmailDeps,
  ctx: CallContext,
  input: z.input<typeof AddSuppressionInput>,
): Promise<AddSuppressionOutput> => {
  const { expiresAt, ...wanted } = parseInput(AddSuppressionInput, input);
  if (expiresAt !== undefined && Date.parse(expiresAt) <= deps.clock.now())
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "expiresAt", expected: "a time to come" }] });
  return auditedChange(deps, ctx, async (tx, audit) => {
    const { added, ...row } = await suppress(deps, tx, {
      ...wanted,
      organizationId: ctx.organizationId,
      source: ctx.appId ?? actorIdOf(ctx.actor),
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    });
    const { stream, reason } = row;
    await audit({ action: "email.suppression.add", target: row.suppressionId, details: { stream, reason, added } });
    return { suppression: viewOf(deps, row), added };
  });
};

/** Sends to an address again. */
export const removeSuppression = (
  deps: EmailDeps,
  ctx: CallContext,
  input: z.input<typeof RemoveSuppressionInput>,
): Promise<RemoveSuppressionOutput> => {
  const { address, stream, reason } = parseInput(RemoveSuppressionInput, input);
  const { organizationId } = ctx;
  return auditedChange(deps, ctx, async (tx, audit) => {
    const digest = addressDigest(deps.pepper, organizationId, asSent(address));
    const removed = await deleteSuppressions(tx, { organizationId, digest, stream, reason });
    if (removed.length === 0) throw new NexusError("NOT_FOUND", { message: "The address is not suppressed." });
    for (const row of removed)
      await audit({
        action: "email.suppression.remove",
        target: row.suppressionId,
        details: { stream: row.stream, reason: row.reason },
      });
    return { removed: removed.length };
  });
};

/** Whom the organization does not send to, newest first. */
export const listSuppressions = async (
  deps: EmailDeps,
  { organizationId }: CallContext,
  input: z.input<typeof ListSuppressionsInput>,
): Promise<ListSuppressionsOutput> => {
  const query = parseInput(ListSuppressionsInput, input);
  const rows = await selectSuppressions(deps.db.pool, { organizationId, ...query, limit: query.limit + 1 });
  const page = rows.slice(0, query.limit);
  return {
    suppressions: page.map((row) => viewOf(deps, row)),
    next: rows.length > query.limit ? (page.at(-1)?.suppressionId ?? null) : null,
  };
};

/** Whether mail is sent to an address. */
export const checkSuppression = async (
  deps: EmailDeps,
  { organizationId }: CallContext,
  input: z.input<typeof CheckSuppressionInput>,
): Promise<CheckSuppressionOutput> => {
  const { address, stream } = parseInput(CheckSuppressionInput, input);
  const digest = addressDigest(deps.pepper, organizationId, asSent(address));
  const rows = await selectSuppressionsOf(deps.db.pool, { organizationId, digest });
  return {
    suppressed: rows.some((row) => row.stream === "any" || row.stream === stream),
    suppressions: rows.map((row) => viewOf(deps, row)),
  };
};
