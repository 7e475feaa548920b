import { z } from "zod";
import { EgressError, type Egress, type JsonAnswer } from "../../platform/egress/index.ts";
import { MailRefusedError, MailSendError, type MailProof, type Mailer } from "./mailer.ts";

/** The Nexus that carries Auth's mail. */
export interface NexusMail {
  /** Its origin. */
  readonly url: string;
  /** Sender: an address, or `Name <address>`. */
  readonly from: string;
}

/** How Nexus is asked. */
export interface CreateNexusMailer extends NexusMail {
  readonly egress: Pick<Egress, "json">;
  /** A token of the service `srv_auth`, which Nexus has validated here. */
  readonly token: () => Promise<string>;
}

/** Auth's own mail is the platform's: its organization pays for it. */
const payer = "org_topolo";
const timeoutMs = 10_000;
/** Nexus keeps what waits for seven days at most. */
const longestMs = 7 * 86_400_000 - 60_000;

const Refusal = z.object({
  error: z.object({
    code: z.string().max(100),
    effect: z.enum(["none", "done", "unknown"]),
    details: z.object({ kind: z.string().optional() }).optional(),
  }),
});

const partyOf = (from: string): string | { readonly name: string; readonly address: string } => {
  const [, name = "", address = ""] = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(from) ?? [];
  if (address === "") return from.trim();
  return name === "" ? address : { name, address };
};

/** A status below 500 is about the request: nothing was done. These are about the moment. */
const passing = new Set([408, 409, 425, 429]);

const proofOf = (status: number, effect: string | undefined): MailProof => {
  if (effect !== undefined && effect !== "none") return "unknown";
  if (status >= 400 && status < 500 && !passing.has(status)) return "declined";
  return effect === "none" ? "not_taken" : "unknown";
};

const failureOf = ({ status, body }: JsonAnswer): Error => {
  const parsed = Refusal.safeParse(body);
  const { code, effect } = parsed.success ? parsed.data.error : { code: `HTTP ${status}`, effect: undefined };
  // How much mail one address is sent Auth limits itself, and news of somebody's account is not held back by other mail.
  if (parsed.data?.error.details?.kind === "recipient_cap") return new MailSendError(code, "declined");
  return code === "RECIPIENT_SUPPRESSED"
    ? new MailRefusedError(code)
    : new MailSendError(code, proofOf(status, effect));
};

/**
 * Hands mail to Nexus, which has it durably once it answers, and sends it by whichever vendor it has. A mail that is handed
 * over again is the same one there, by its id.
 */
export const createNexusMailer = ({ url, from, egress, token }: CreateNexusMailer): Mailer => ({
  send: async ({ to, subject, text, html }, { id, category, createdAt, expiresAt }) => {
    const bearer = await token().catch(() => {
      throw new MailSendError("token", "not_taken");
    });
    const answer = await egress
      .json({
        url: `${url}/api/email/send`,
        method: "POST",
        headers: {
          "x-nexus-service-token": bearer,
          "x-nexus-organization-id": payer,
          "idempotency-key": id,
        },
        body: {
          from: partyOf(from),
          to: [to],
          subject,
          text,
          html,
          category,
          delivery: "at_least_once",
          accept: "queued",
          // The same each time: what is repeated under one id must be the same.
          expiresAt: new Date(Math.min(expiresAt.getTime(), createdAt.getTime() + longestMs)).toISOString(),
        },
        timeoutMs,
      })
      .catch((error: unknown) => {
        if (!(error instanceof EgressError)) throw error;
        throw new MailSendError(error.reason, error.sent ? "unknown" : "not_taken");
      });
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer);
  },
  close: async () => undefined,
});
