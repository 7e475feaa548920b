import PostalMime from "postal-mime";
import { mailFaults, type MailFault } from "../../../sandbox/mail-vendors/mail-fault.ts";
import { openMailVendors } from "../../../sandbox/mail-vendors/open-mail-vendors.ts";
import { openMailbox } from "../../../sandbox/mail/open-mailbox.ts";
import type { StoredMail } from "../../../sandbox/mail/message-store.ts";
import type { SmtpFault, SmtpMoment, SmtpStage } from "../../../sandbox/mail/smtp-fault.ts";
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
const smtpCases: ReadonlyMap<string, SmtpCase> = new Map([
  ["mail-drop", at("mail", { do: "drop" })],
  ["mail-5yz", at("mail", { do: "reply", code: 550, enhanced: "5.7.1" })],
  ["mail-4yz", at("mail", { do: "reply", code: 451 })],
  ["rcpt-drop", at("rcpt", { do: "drop" })],
  ["rcpt-5yz", at("rcpt", { do: "reply", code: 550, enhanced: "5.1.1" })],
  ["rcpt-4yz", at("rcpt", { do: "reply", code: 450 })],
  ["rcpt-hang", at("rcpt", { do: "hang" })],
  ["data-drop", at("data", { do: "drop" })],
  ["dot-5yz", at("dot", { do: "reply", code: 554, enhanced: "5.6.0" })],
  ["dot-4yz", at("dot", { do: "reply", code: 452 })],
  ["dot-drop", at("dot", { do: "drop" }, "yes")],
  ["dot-hang", at("dot", { do: "hang" }, "yes")],
]);

/** A greeting comes before anybody can tell whose mail it is for: every so many connections get another one. */
const greetings: readonly SmtpFault[] = [{ do: "drop" }, { do: "reply", code: 421 }, { do: "reply", code: 554 }];
const greetingEvery = 23;

/** What arrived by SMTP, read by a parser that is not ours. */
const smtpEffectOf = async ({ id, source, from }: StoredMail): Promise<FamilyEffect> => ({
  vendor: "smtp",
  operation: "email.send",
  callKey: keyOfAddress(from),
  objectId: String(id),
  messageId: (await PostalMime.parse(source)).messageId ?? null,
});

const nobodyPays = { pay: () => undefined, payments: () => [] } as const;

const smtpVendor: FamilyVendor = {
  id: "smtp",
  operations: ["email.send"],
  faults: Object.fromEntries([...smtpCases].map(([name, { executes }]) => [name, executes])),
  open: async ({ faultOf }) => {
    const mailbox = await openMailbox({ keep: 100_000 });
    const current = new Map<string, SmtpCase | undefined>();
    let connections = 0;
    mailbox.setScript(({ stage, from = "" }: SmtpMoment): SmtpFault | undefined => {
      if (stage === "greeting") {
        connections += 1;
        const isOdd = connections % greetingEvery === 0;
        return isOdd ? greetings[(connections / greetingEvery) % greetings.length] : undefined;
      }
      const key = keyOfAddress(from);
      if (key === undefined) return undefined;
      // The fault of a transaction is drawn when it begins.
      if (stage === "mail") current.set(key, smtpCases.get(faultOf({ key }) ?? ""));
      const planned = current.get(key);
      return planned?.stage === stage ? planned.fault : undefined;
    });
    const { hostname, port } = new URL(mailbox.smtpUrl);
    return {
      ...nobodyPays,
      host: hostname,
      port: Number(port),
      baseUrlAt: (line) => `smtp://127.0.0.1:${line}`,
      secret: {},
      effects: () => Promise.all(mailbox.messages().map(smtpEffectOf)),
      close: mailbox.close,
    };
  },
};

const isMailFault = (name: string): name is MailFault => Object.hasOwn(mailFaults, name);

const openAll = () => openMailVendors({ mailbox: undefined, now: Date.now });

/** A vendor of mail that is asked over HTTP. */
const httpVendor = (id: string): FamilyVendor => ({
  id,
  operations: ["email.send"],
  faults: Object.fromEntries(
    Object.entries(mailFaults)
      // A vendor that forgets a key within its day breaks what it documents.
      .filter(([name]) => name !== "forget-key")
      .map(([name, { executes }]) => [name, executes ? "yes" : "no"]),
  ),
  open: async ({ faultOf }) => {
    const wire = openAll().get(id);
    if (wire === undefined) throw new Error(`no vendor of mail is called ${id}`);
    wire.setScript(({ from }) => {
      const fault = faultOf({ key: keyOfAddress(from) });
      return fault !== undefined && isMailFault(fault) ? fault : undefined;
    });
    return {
      ...nobodyPays,
      ...(await serveWire(wire)),
      secret: wire.credential,
      effects: async () =>
        wire.effects().map(({ id: objectId, mail: { from, headers } }) => ({
          vendor: id,
          operation: "email.send",
          callKey: keyOfAddress(from),
          objectId,
          messageId: headers["Message-ID"] ?? null,
        })),
    };
  },
});

/** SMTP, and every vendor of mail that the sandbox speaks for. */
export const mailFamilyVendors: readonly FamilyVendor[] = [...[...openAll().keys()].map(httpVendor), smtpVendor];
