import type pg from "pg";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Sealer } from "../crypto/seal.ts";
import type { AuthDatabase } from "../database/store.ts";
import { composeEmail, type EmailTemplate } from "./compose-email.ts";
import { carrierAfter, carrierOrder, type Carriers } from "./carriers.ts";
import { categoryOf } from "./category-of.ts";
import { MailRefusedError, MailSendError, type Mailer } from "./mailer.ts";
import { claimMail, insertMail, markFailed, markSent, postponeMail, purgeMail, type DueMail } from "./store.ts";

/** A e-mail on its way to one person. */
export interface Outgoing {
  /** For the log, for example `password.reset`. */
  readonly kind: string;
  readonly to: string;
  readonly template: EmailTemplate;
  /** After this it would be of no use. */
  readonly expiresAt: Date;
  /** Stored like any other and never sent, so that an unknown address takes the same work. */
  readonly discard?: boolean;
}

/**
 * Mail leaves through here. A request only writes it down, in its own transaction: it is sent if and only if the change
 * it tells of was made, outlives the process, and tells a caller nothing by the time it takes.
 */
export interface Outbox {
  /** Whether mail is sent, here or by another process. */
  readonly enabled: boolean;
  /** Writes a e-mail down on the caller's transaction. Without a carrier nothing is written. */
  readonly put: (client: pg.PoolClient, mail: Outgoing) => Promise<void>;
  /** After the commit: sends now what would otherwise wait for the next round. */
  readonly flush: () => void;
  /** Ends the rounds and waits for the one under way. */
  readonly close: () => Promise<void>;
}

interface CreateOutbox {
  readonly db: AuthDatabase;
  /** Undefined: nobody carries mail here. */
  readonly carriers: Carriers | undefined;
  /** Without a carrier mail is written down all the same, for another process to send. */
  readonly leavesMail?: boolean;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Before each round: writes the mails that changes have brought about. True: there may be more. */
  readonly prepare?: (put: Outbox["put"]) => Promise<boolean>;
}

const roundMs = 2_000;
const leaseMs = 120_000;
const batch = 4;
const purgeEveryMs = 3_600_000;
const firstRetryMs = 5_000;
const longestRetryMs = 600_000;

const content = z.strictObject({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  discard: z.boolean(),
});

const boundTo = (id: string): string => `auth.mail_outbox:${id}`;

const retryMs = (attempts: number): number => Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 12));

const reasonOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code.slice(0, 100)
    : error instanceof Error
      ? error.name
      : "unknown";

const gone: Mailer = {
  send: () => Promise.reject(new MailSendError("carrier_gone")),
  close: async () => undefined,
};

/** Opens the outbox; with a carrier it sends what is due every two seconds, and at once after `flush()`. */
export const createOutbox = ({
  db,
  carriers,
  leavesMail = false,
  sealer,
  clock,
  log,
  prepare,
}: CreateOutbox): Outbox => {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let purgedAt = 0;

  const giveUp = async (mail: DueMail, reason: string): Promise<void> => {
    await markFailed(db, mail.id, reason, new Date(clock.now()));
    log.error({ mailId: mail.id, kind: mail.kind, attempts: mail.attempts, reason }, "mail given up");
  };

  const deliver = async (known: Carriers, mail: DueMail): Promise<void> => {
    const { id, kind, attempts, createdAt, expiresAt, carrier } = mail;
    if (expiresAt.getTime() <= clock.now()) return giveUp(mail, "expired");
    try {
      const { discard, ...mailContent } = content.parse(JSON.parse(sealer.open(mail.sealed, boundTo(id))));
      // Whoever may have it is no longer there, after a change of settings: it is nobody else's either.
      const mailer = known[carrier] ?? gone;
      if (!discard) await mailer.send(mailContent, { id, category: categoryOf(kind), createdAt, expiresAt });
    } catch (error) {
      const reason = reasonOf(error);
      if (error instanceof MailRefusedError) return giveUp(mail, reason);
      const next = carrierAfter(known, mail, error);
      const nextAttemptAt = new Date(clock.now() + (next.atOnce ? 0 : retryMs(attempts)));
      await postponeMail(db, id, { error: reason, nextAttemptAt, carrier: next.carrier });
      log.warn({ mailId: id, kind, carrier, attempts, reason }, "mail not sent, to be tried again");
      if (next.atOnce) again = true;
      return undefined;
    }
    await markSent(db, id, new Date(clock.now()));
    return undefined;
  };

  const put: Outbox["put"] = async (client, { kind, to, template, expiresAt, discard = false }) => {
    if (!carriers && !leavesMail) return;
    const id = newPrefixedId("mail");
    const sealed = sealer.seal(JSON.stringify({ to, ...composeEmail(template), discard }), boundTo(id));
    await insertMail(client, { id, kind, sealed, now: new Date(clock.now()), expiresAt });
  };

  const round = async (known: Carriers): Promise<void> => {
    if (await prepare?.(put)) again = true;
    const now = clock.now();
    const due = await claimMail(db, {
      limit: batch,
      now: new Date(now),
      leaseUntil: new Date(now + leaseMs),
      ...carrierOrder(known),
    });
    await Promise.all(due.map((mail) => deliver(known, mail)));
    if (due.length === batch) again = true;
    if (now - purgedAt < purgeEveryMs) return;
    purgedAt = now;
    await purgeMail(db, new Date(now));
  };

  const run = (): void => {
    if (!carriers || closed) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = round(carriers)
      .catch((error: unknown) => log.warn({ err: error }, "the outbox could not be read"))
      .finally(() => {
        running = undefined;
        if (again) run();
      });
  };

  const timer = carriers ? setInterval(run, roundMs) : undefined;
  timer?.unref();
  return {
    enabled: carriers !== undefined || leavesMail,
    put,
    flush: () => void setImmediate(run),
    close: async () => {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
};
