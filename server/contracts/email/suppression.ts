import { z } from "zod";
import { MailAddress } from "./mailbox.ts";

export const suppressionReasons = ["hard_bounce", "soft_bounces", "complaint", "unsubscribe", "manual"] as const;

/** Why nothing is sent to an address. */
export const SuppressionReason = z.enum(suppressionReasons);
export type SuppressionReason = z.infer<typeof SuppressionReason>;

/** In which mail an address is left out; `any` is both. */
export const SuppressionStream = z.enum(["transactional", "broadcast", "any"]);
export type SuppressionStream = z.infer<typeof SuppressionStream>;

/** An address to which the organization does not send. */
export const Suppression = z.object({
  suppressionId: z.string(),
  address: z.string().nullable().describe("Null where the key that it was sealed with is gone; it counts all the same"),
  stream: SuppressionStream,
  reason: SuppressionReason,
  source: z.string().describe("Who has reported it: an app, a person, or `event` and the vendor"),
  note: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
});
export type Suppression = z.infer<typeof Suppression>;

export const AddSuppressionInput = z.strictObject({
  address: MailAddress,
  stream: SuppressionStream.default("any"),
  reason: SuppressionReason.default("manual"),
  note: z.string().trim().min(1).max(500).optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional().describe("Until then; for good where it is left out"),
});
export type AddSuppressionInput = z.output<typeof AddSuppressionInput>;

export const AddSuppressionOutput = z.object({
  suppression: Suppression,
  added: z.boolean().describe("False: it was there, and its end and note are the new ones"),
});
export type AddSuppressionOutput = z.infer<typeof AddSuppressionOutput>;

export const RemoveSuppressionInput = z.strictObject({
  address: MailAddress,
  stream: SuppressionStream.optional().describe("All where it is left out"),
  reason: SuppressionReason.optional().describe("All where it is left out"),
});
export type RemoveSuppressionInput = z.output<typeof RemoveSuppressionInput>;

export const RemoveSuppressionOutput = z.object({ removed: z.int().min(1) });
export type RemoveSuppressionOutput = z.infer<typeof RemoveSuppressionOutput>;

export const ListSuppressionsInput = z.strictObject({
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
  stream: SuppressionStream.optional(),
  reason: SuppressionReason.optional(),
});
export type ListSuppressionsInput = z.output<typeof ListSuppressionsInput>;

export const ListSuppressionsOutput = z.object({
  suppressions: z.array(Suppression),
  next: z.string().nullable().describe("Pass as `before`; null at the end"),
});
export type ListSuppressionsOutput = z.infer<typeof ListSuppressionsOutput>;

export const CheckSuppressionInput = z.strictObject({
  address: MailAddress,
  stream: z.enum(["transactional", "broadcast"]).default("transactional"),
});
export type CheckSuppressionInput = z.output<typeof CheckSuppressionInput>;

export const CheckSuppressionOutput = z.object({
  suppressed: z.boolean().describe("Mail of this stream is not sent to it; security mail may be, see `suppressions`"),
  suppressions: z.array(Suppression),
});
export type CheckSuppressionOutput = z.infer<typeof CheckSuppressionOutput>;
