import { z } from "zod";
import { Money } from "../../contracts/payments/money.ts";
import type { ApprovalRow } from "./store.ts";

/** A payment that waits for a person, or waited. */
export const ApprovalView = z.object({
  approvalId: z.uuid(),
  state: z
    .enum(["pending", "approved", "declined", "expired"])
    .describe("expired: nobody decided, or nobody came back, in time"),
  operation: z.string().describe("What waits for a person, as `family.verb`, such as `payments.refund.create`"),
  appId: z.string().nullable(),
  reference: z.string().nullable(),
  provider: z.string().describe("The vendor that would be asked first"),
  amount: Money,
  boundNanoUsd: z.string().describe("What will be held for the vendor's fee once it is carried out; nothing is before"),
  requestedBy: z.string().describe("Who asked: a user, a key or a service token"),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso
    .datetime()
    .describe("Until when it can be decided; once approved, until when the caller has to come back"),
  decidedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
});
export type ApprovalView = z.infer<typeof ApprovalView>;

/** An approval for people, at a moment. */
export const viewApproval = (row: ApprovalRow, now: number): ApprovalView => ({
  approvalId: row.approvalId,
  state: row.state !== "declined" && row.expiresAt.getTime() <= now ? "expired" : row.state,
  operation: row.operation,
  appId: row.appId === "" ? null : row.appId,
  reference: row.reference,
  provider: row.vendor,
  amount: Money.parse({ amount: row.amount.toString(), currency: row.currency }),
  boundNanoUsd: row.bound.toString(),
  requestedBy: row.requestedUser ?? row.requestedBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  decidedAt: row.decidedAt?.toISOString() ?? null,
  decidedBy: row.decidedBy,
  reason: row.reason,
});
