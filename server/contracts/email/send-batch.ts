import { z } from "zod";
import { SendEmailOutput, type SendEmailInput } from "./send-email.ts";

/** Of one call. */
export const maxBatch = 100;

const Key = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, { error: "1 to 255 visible ASCII characters" })
  .describe("As in the header Idempotency-Key: by it this mail is known, in a batch or alone");

/** What callers are to send, of what is read mail by mail: any object is let through here, and `email.send`'s schema judges it. */
const unreadMail = (): z.ZodType<unknown, z.input<typeof SendEmailInput>> =>
  z
    .record(z.string(), z.unknown(), { error: "a mail, as email.send takes it" })
    .describe(
      "As `email.send` takes it. What is wrong with one is told in its result, and the others are sent",
    ) as unknown as z.ZodType<unknown, z.input<typeof SendEmailInput>>;

const message = z.strictObject({ idempotencyKey: Key, mail: unreadMail() });

export const SendBatchInput = z
  .strictObject({ messages: z.array(message).min(1).max(maxBatch) })
  .superRefine(({ messages }, ctx) => {
    const seen = new Set<string>();
    for (const [index, { idempotencyKey }] of messages.entries()) {
      if (seen.has(idempotencyKey))
        ctx.addIssue({ code: "custom", path: ["messages", index, "idempotencyKey"], message: "each key once" });
      seen.add(idempotencyKey);
    }
  });
export type SendBatchInput = z.output<typeof SendBatchInput>;

const refused = z.object({
  code: z.string().describe("As of every error"),
  message: z.string(),
  effect: z.enum(["none", "done", "unknown"]),
  retryable: z.boolean(),
  operationId: z.string().optional(),
  issues: z.array(z.object({ field: z.string().describe("Within the mail"), expected: z.string() })).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  retryAfterMs: z.number().optional(),
});

const BatchResult = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), idempotencyKey: z.string(), email: SendEmailOutput }),
  z.object({ ok: z.literal(false), idempotencyKey: z.string(), error: refused }),
]);
export type BatchResult = z.infer<typeof BatchResult>;

export const SendBatchOutput = z.object({
  results: z.array(BatchResult).describe("One for each mail, in their order"),
  sent: z.int(),
  queued: z.int(),
  failed: z.int(),
});
export type SendBatchOutput = z.infer<typeof SendBatchOutput>;
