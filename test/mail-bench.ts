import { startSandbox, type Sandbox } from "../sandbox/start-sandbox.ts";
import type { ActIdentity } from "../server/contracts/act-rules.ts";
import type { EmailVendor, OutgoingEmail, TakenEmail } from "../server/contracts/email-vendor.ts";
import type { ProviderDefinition } from "../server/contracts/provider.ts";
import type { Answered } from "../server/contracts/vendor-call.ts";
import { ProviderError, type ProviderFailure } from "../server/contracts/vendor-call.ts";
import { systemClock } from "../server/platform/clock.ts";
import { createEgress } from "../server/platform/egress/index.ts";
import { silentLogger } from "../server/platform/logger.ts";
import { providers } from "../server/providers/index.ts";
import { noDownload } from "./no-download.ts";

/** Every vendor of mail that is registered. */
export const mailVendors: readonly (ProviderDefinition & { readonly email: EmailVendor })[] = [
  ...providers.values(),
].flatMap((provider) => (provider.email === undefined ? [] : [{ ...provider, email: provider.email }]));

/** A mail, as vendors are given it. */
export const outgoingMail = (more: Partial<OutgoingEmail> = {}): OutgoingEmail => ({
  messageId: "<0190-operation@example.com>",
  from: { address: "app@example.com", name: undefined },
  to: [{ address: "ann@example.org", name: undefined }],
  cc: [],
  bcc: [],
  replyTo: undefined,
  subject: "Hello",
  text: "Hello",
  html: undefined,
  attachments: [],
  headers: { "X-Nexus-Operation": "0190-operation" },
  tags: {},
  stream: "transactional",
  ...more,
});

export const identity: ActIdentity = { operationId: "0190-operation", providerKey: "k".repeat(43) };

interface Sending {
  readonly baseUrl?: string;
  readonly credential?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** The adapters of mail with the sandbox as every vendor, and no gateway around them. */
export interface MailBench {
  readonly sandbox: Sandbox;
  readonly sendBytes: (id: string, bytes: Uint8Array, sending?: Sending) => Promise<Answered<TakenEmail>>;
  readonly send: (id: string, mail: OutgoingEmail, sending?: Sending) => Promise<Answered<TakenEmail>>;
  readonly failure: (sending: Promise<unknown>) => Promise<ProviderFailure>;
  readonly close: () => Promise<void>;
}

export const emailOf = (id: string): EmailVendor => {
  const email = providers.get(id)?.email;
  if (email) return email;
  throw new Error(`${id} sends no mail`);
};

/** `hosts`: of other servers on loopback that may be sent to. */
export const openMailBench = async (hosts: readonly string[] = []): Promise<MailBench> => {
  const sandbox = await startSandbox({ fsync: false, mail: true });
  const urls = Object.values(sandbox.acting).map(({ baseUrl }) => new URL(baseUrl).host);
  const egress = createEgress({ allow: [...urls, ...hosts], log: silentLogger, clock: systemClock });
  const sendBytes: MailBench["sendBytes"] = async (id, bytes, sending = {}) => {
    const access = sandbox.acting[id];
    const { baseUrl = access?.baseUrl, credential = access?.secret ?? {}, deadlineMs = 30_000 } = sending;
    if (baseUrl === undefined)
      throw new Error(`the sandbox does not speak for ${id}: its wire belongs into sandbox/mail-vendors/`);
    const { signal } = new AbortController();
    const attempt = egress.attempt({
      vendor: id,
      credentialId: "c",
      credentialVersion: 1,
      baseUrl,
      signal,
      deadlineMs,
      firstByteMs: deadlineMs,
      idleMs: deadlineMs,
      maxBytes: 1_000_000,
    });
    try {
      const { send, connect } = attempt;
      return await emailOf(id).send(bytes, {
        credential,
        baseUrl,
        send,
        connect,
        download: noDownload,
        signal,
        operationId: "op",
      });
    } finally {
      attempt.close();
    }
  };
  return {
    sandbox,
    sendBytes,
    send: async (id, mail, sending) => sendBytes(id, await emailOf(id).prepare(mail, identity), sending),
    failure: async (sending) => {
      const error: unknown = await sending.then(
        () => undefined,
        (caught: unknown) => caught,
      );
      if (error instanceof ProviderError) return error.failure;
      throw new Error("expected a ProviderError", { cause: error });
    },
    close: async () => {
      await egress.close();
      await sandbox.close();
    },
  };
};
