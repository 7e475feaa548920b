import type { BatchResult, SendBatchInput, SendBatchOutput } from "../../contracts/email/send-batch.ts";
import { SendEmailInput } from "../../contracts/email/send-email.ts";
import { caughtError } from "../caught-error.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { publicErrorOf } from "../encode-error.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { sendEmail } from "./send-email.ts";

/** Under way at once: a batch is one call, and leaves room for others. */
const atOnce = 8;

const refusedOf = (caught: unknown, requestId: string): Extract<BatchResult, { ok: false }>["error"] => {
  const { requestId: _request, docs: _docs, issues, details, ...error } = publicErrorOf(caughtError(caught), requestId);
  return {
    ...error,
    ...(issues === undefined ? {} : { issues: issues.map((issue) => ({ ...issue })) }),
    ...(details === undefined ? {} : { details: { ...details } }),
  };
};

/** Sends each mail by itself: what becomes of one is no matter to the others. */
export const sendBatch = async (ctx: ProcedureContext, { messages }: SendBatchInput): Promise<SendBatchOutput> => {
  const results: BatchResult[] = [];
  const waiting = [...messages.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { idempotencyKey, mail }] = next;
      try {
        // The answer of a batch has no headers of any one mail.
        const own: ProcedureContext = { ...ctx, call: { ...ctx.call, idempotencyKey }, notes: {} };
        results[index] = { ok: true, idempotencyKey, email: await sendEmail(own, parseInput(SendEmailInput, mail)) };
      } catch (error) {
        results[index] = { ok: false, idempotencyKey, error: refusedOf(error, ctx.call.requestId) };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, messages.length) }, work));
  const count = (status: string): number => results.filter((one) => one.ok && one.email.status === status).length;
  return { results, sent: count("sent"), queued: count("queued"), failed: results.filter(({ ok }) => !ok).length };
};
