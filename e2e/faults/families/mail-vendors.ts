import PostalMime from "postal-mime";
import { openMailbox } from "../../../sandbox/mail/open-mailbox.ts";
import type { StoredMail } from "../../../sandbox/mail/message-store.ts";
import type { SmtpFault, SmtpMoment, SmtpStage } from "../../../sandbox/mail/smtp-fault.ts";
import { openResendWire, resendFaults, type ResendFault } from "../../../sandbox/resend/resend-wire.ts";
import type { FamilyEffect, FamilyVendor } from "./family-vendor.ts";
import { keyOfAddress } from "./run-address.ts";
import { serveWire } from "./serve-wire.ts";

interface SmtpCase {
  readonly stage: SmtpStage;
  readonly fault: SmtpFault;
  readonly executes: "yes" | "no";
}

const at = (stage: SmtpStage, fault: SmtpFault, executes: SmtpCase["executes"] = "no"): SmtpCase => ({
  stage,
  fault,
  executes,
});

/** The truth table of SMTP: what goes wrong, at each phase of a conversation. */
const smtpCases = {
  "mail-drop": at("mail", { do: "drop" }),
  "mail-5yz": at("mail", { do: "reply", code: 550, enhanced: "5.7.1" }),
  "mail-4yz": at("mail", { do: "reply", code: 451 }),
  "rcpt-drop": at("rcpt", { do: "drop" }),
  "rcpt-5yz": at("rcpt", { do: "reply", code: 550, enhanced: "5.1.1" }),
  "rcpt-4yz": at("rcpt", { do: "reply", code: 450 }),
  "rcpt-hang": at("rcpt", { do: "hang" }),
  "data-drop": at("data", { do: "drop" }),
  "dot-5yz": at("dot", { do: "reply", code: 554, enhanced: "5.6.0" }),
  "dot-4yz": at("dot", { do: "reply", code: 452 }),
  "dot-drop": at("dot", { do: "drop" }, "yes"),
  "dot-hang": at("dot", { do: "hang" }, "yes"),
} as const satisfies Record<string, SmtpCase>;

const smtpCaseOf = (name: string | undefined): SmtpCase | undefined =>
  name !== undefined && Object.hasOwn(smtpCases, name) ? smtpCases[name as keyof typeof smtpCases] : undefined;

/** A greeting comes before anybody can tell whose mail it is for: every so many connections get another one. */
const greetings: readonly SmtpFault[] = [{ do: "drop" }, { do: "reply", code: 421 }, { do: "reply", code: 554 }];
const greetingEvery = 23;

const headerOf = (mail: Awaited<ReturnType<typeof PostalMime.parse>>, name: string): string | null =>
  mail.headers.find(({ key }) => key === name)?.value ?? null;

/** What arrived by SMTP, read by a parser that is not ours. */
const smtpEffectOf = async ({ id, source, receivedAt }: StoredMail): Promise<FamilyEffect> => {
  const mail = await PostalMime.parse(source);
  return {
    vendor: "smtp",
    operation: "email.send",
    objectId: String(id),
    operationId: headerOf(mail, "x-nexus-operation"),
    messageId: mail.messageId ?? null,
    atMs: Date.parse(receivedAt),
  };
};

export const smtpVendor: FamilyVendor = {
  id: "smtp",
  operations: ["email.send"],
  faults: Object.fromEntries(Object.entries(smtpCases).map(([name, { executes }]) => [name, executes])),
  open: async ({ faultOf }) => {
    const mailbox = await openMailbox({ keep: 100_000 });
    const current = new Map<string, SmtpCase | undefined>();
    let connections = 0;
    const script = ({ stage, from = "" }: SmtpMoment): SmtpFault | undefined => {
      if (stage === "greeting") {
        connections += 1;
        return connections % greetingEvery === 0
          ? greetings[(connections / greetingEvery) % greetings.length]
          : undefined;
      }
      const key = keyOfAddress(from);
      if (key === undefined) return undefined;
      // The fault of a transaction is drawn when it begins.
      if (stage === "mail") current.set(key, smtpCaseOf(faultOf({ key, isNew: true })));
      const planned = current.get(key);
      return planned?.stage === stage ? planned.fault : undefined;
    };
    mailbox.setScript(script);
    const { hostname, port } = new URL(mailbox.smtpUrl);
    return {
      host: hostname,
      port: Number(port),
      baseUrlAt: (line) => `smtp://127.0.0.1:${line}`,
      secret: {},
      pay: () => undefined,
      payments: () => [],
      effects: () => Promise.all(mailbox.messages().map(smtpEffectOf)),
      close: mailbox.close,
    };
  },
};

const isResendFault = (name: string): name is ResendFault => resendFaults.some((fault) => fault === name);
const resendExecutes: ReadonlySet<string> = new Set([
  "execute-then-drop",
  "execute-then-hang",
  "execute-then-5xx",
  "truncated-body",
  "without-id",
  "html-502",
]);

export const resendVendor: FamilyVendor = {
  id: "resend",
  operations: ["email.send"],
  faults: Object.fromEntries(
    // A vendor that forgets a key within its day breaks what it documents.
    resendFaults.filter((name) => name !== "forget-key").map((name) => [name, resendExecutes.has(name) ? "yes" : "no"]),
  ),
  open: async ({ faultOf }) => {
    const wire = openResendWire({ mailbox: undefined, now: Date.now });
    wire.setScript(({ from }) => {
      const fault = faultOf({ key: keyOfAddress(from), isNew: true });
      return fault !== undefined && isResendFault(fault) ? fault : undefined;
    });
    return {
      ...(await serveWire(wire)),
      secret: wire.credential,
      pay: () => undefined,
      payments: () => [],
      effects: async () =>
        wire.effects().map(({ id, request: { headers } }) => ({
          vendor: "resend",
          operation: "email.send",
          objectId: id,
          operationId: headers["X-Nexus-Operation"] ?? null,
          messageId: headers["Message-ID"] ?? null,
          atMs: 0,
        })),
    };
  },
};
