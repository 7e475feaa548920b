import { z } from "zod";

const emailId = z.uuid().toLowerCase();

export const CancelEmailInput = z.strictObject({ emailId });
export type CancelEmailInput = z.output<typeof CancelEmailInput>;

export const CancelEmailOutput = z.object({ emailId: z.string(), status: z.literal("canceled") });
export type CancelEmailOutput = z.infer<typeof CancelEmailOutput>;

export const RescheduleEmailInput = z.strictObject({
  emailId,
  sendAt: z.iso
    .datetime({ offset: true, error: "a time with its zone, such as 2026-12-01T09:00:00Z" })
    .describe("Not before; up to 90 days ahead"),
});
export type RescheduleEmailInput = z.output<typeof RescheduleEmailInput>;

export const RescheduleEmailOutput = z.object({ emailId: z.string(), status: z.literal("queued"), dueAt: z.string() });
export type RescheduleEmailOutput = z.infer<typeof RescheduleEmailOutput>;
