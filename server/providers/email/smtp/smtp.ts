import { z } from "zod";
import { defineProvider } from "../../../contracts/provider.ts";
import { loginBySmtp } from "./login-by-smtp.ts";
import { sendBySmtp } from "./send-by-smtp.ts";
import { decodeSmtpMail, encodeSmtpMail } from "./smtp-mail.ts";

/** Any mail server that takes mail from its users (RFC 6409). */
export const smtp = defineProvider({
  id: "smtp",
  name: "SMTP",
  family: "email",
  credential: z.strictObject({
    username: z.string().min(1).max(512).optional(),
    password: z.string().min(1).max(512).optional(),
  }),
  // Nobody's server: the address is part of every credential.
  defaultBaseUrl: "smtps://localhost",
  customBaseUrl: true,
  docsUrl: "https://www.rfc-editor.org/rfc/rfc6409",
  probe: { asks: "greets the server and logs in, where there is a name for it", ask: loginBySmtp },
  fees: {
    source: "https://www.rfc-editor.org/rfc/rfc6409",
    asOf: "2026-11-29",
    // The server is the organization's own; whoever pays for its mail sets a price.
    mail: { message: { usd: 0, per: 1 } },
  },
  email: {
    capabilities: {
      // RFC 5321, 4.5.3.1.8: every server takes a hundred.
      maxRecipients: 50,
      // A server says in its greeting how much it takes (RFC 1870), and what is larger is not sent to it.
      maxBytes: 40_000_000,
      keepsMessageId: true,
      // RFC 5322, 3.4: a group without members names nobody.
      needsTo: false,
      verified: "sandbox",
    },
    // Nothing by which a repeat is recognized, and nobody to ask. RFC 5321, 4.5.3.2.6: ten minutes after the dot.
    rules: { keyLifetimeMs: undefined, lookUp: "none", settleMs: 600_000, cancelByKey: false },
    prepare: encodeSmtpMail,
    render: (bytes) => {
      const { envelope, message } = decodeSmtpMail(bytes);
      return {
        protocol: "smtp",
        target: "the mail server of the credential",
        headers: {
          "MAIL FROM": `<${envelope.from}>`,
          "RCPT TO": envelope.recipients.map(({ address }) => `<${address}>`).join(", "),
        },
        body: message.toString("utf8"),
      };
    },
    send: sendBySmtp,
  },
});
