import { MailRefusedError, MailSendError, type Mail, type Mailer } from "./mailer.ts";

interface CreateSmtpMailer {
  /** `smtps://` speaks TLS from the start, `smtp://` turns to it before anything else is said. User and password may stand in it. */
  readonly url: string;
  /** Sender: an address, or `Name <address>`. */
  readonly from: string;
}

/** By SMTP a message needs no more than itself. */
interface SmtpMailer extends Mailer {
  readonly send: (mail: Mail) => Promise<void>;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const serverOf = (url: string) => {
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== "smtp:" && protocol !== "smtps:") throw new RangeError("mail goes by smtp:// or smtps://");
  const secure = protocol === "smtps:";
  // Only a server of this machine may be spoken to in the clear.
  const plain = !secure && loopback.test(hostname);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !plain,
    ignoreTLS: plain,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) }, forceAuth: true }),
  };
};

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN";

const responseCode = (error: unknown): number =>
  error instanceof Error && "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : 0;

const failure = (error: unknown): Error => {
  const code = codeOf(error);
  const status = responseCode(error);
  const said = status === 0 ? code : `${code} ${status}`;
  // The recipient was refused for good; a refused sign-in at the server is a fault of the settings and may be mended.
  return (code === "EENVELOPE" || code === "EMESSAGE") && status >= 500
    ? new MailRefusedError(said)
    : new MailSendError(said);
};

/** Carries mail by SMTP over TLS, with few connections, each kept while there is something to send. */
export const createSmtpMailer = ({ url, from }: CreateSmtpMailer): SmtpMailer => {
  const server = serverOf(url);
  const openTransport = async () => {
    const { createTransport } = await import("nodemailer");
    return createTransport({
      ...server,
      pool: true,
      maxConnections: 2,
      maxMessages: 50,
      idleTimeout: 30_000,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      dnsTimeout: 10_000,
      logger: false,
      tls: { minVersion: "TLSv1.2", rejectUnauthorized: true },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  let opened: ReturnType<typeof openTransport> | undefined;
  return {
    send: async ({ to, subject, text, html }: Mail) => {
      opened ??= openTransport();
      const transport = await opened;
      try {
        await transport.sendMail({
          from,
          // As an object: an address is never read as a list.
          to: { name: "", address: to },
          subject,
          text,
          html,
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        });
      } catch (error) {
        throw failure(error);
      }
    },
    close: async () => {
      (await opened)?.close();
    },
  };
};
