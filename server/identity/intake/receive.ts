import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { reserveAttempt } from "../limits/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { turnstileFields } from "./pass-turnstile.ts";
import { insertSubmission, type SubmissionKind } from "./store.ts";
import type { TurnstilePass } from "./turnstile.ts";

const line = z.string().trim().min(1).max(100);
const prose = z.string().trim().min(1).max(4_000);
const link = z.url({ protocol: /^https$/ }).max(500);

/** The application to the developer program. */
export const DeveloperApplicationInput = z.strictObject({
  ...turnstileFields,
  email: emailAddress,
  name: line,
  company: line.optional(),
  website: link.optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe("ISO 3166-1 alpha-2"),
  useCase: prose.describe("What is to be built"),
});
export type DeveloperApplicationInput = z.infer<typeof DeveloperApplicationInput>;

/** An app offered for review. */
export const AppSubmissionInput = z.strictObject({
  ...turnstileFields,
  email: emailAddress,
  name: line,
  appName: line,
  appUrl: link,
  repositoryUrl: link.optional(),
  category: line.optional(),
  description: prose,
});
export type AppSubmissionInput = z.infer<typeof AppSubmissionInput>;

interface Receive extends HttpExchange {
  readonly pass: TurnstilePass;
  readonly input: DeveloperApplicationInput | AppSubmissionInput;
}

const perEmail = { limit: 5, blockMs: 3_600_000 };

/** Accepts what was sent; the answer is the same whether the address is known or not. */
export const receive =
  (kind: SubmissionKind) =>
  async ({ context, request, input, pass }: Receive): Promise<HttpAnswer> => {
    const { turnstileToken: _ours, "cf-turnstile-response": _widgets, email, name, ...payload } = input;
    const now = new Date(context.clock.now());
    const retryAfterMs = await reserveAttempt(context.db, {
      key: `intake:${kind}:${sha256(email).toString("hex")}`,
      ...perEmail,
      now,
    });
    if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
    const submissionId = await insertSubmission(context.db, {
      kind,
      email,
      name,
      payload,
      pass,
      ipHash: context.digestAddress(request.ip),
      origin: { ip: request.ip, requestId: request.requestId },
      now,
    });
    return { status: 202, json: { accepted: true, submissionId } };
  };
