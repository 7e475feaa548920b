import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { WireLine } from "../../../contracts/vendor-call.ts";
import type { SmtpPhase } from "./smtp-failure.ts";
import { trackedMessage } from "./tracked-message.ts";

const greetingMs = 30_000;
const maxReplyBytes = 64 * 1024;

type Connection = SMTPConnection.Options["connection"];

/** What egress opens is a socket of Node's, plain or TLS; contracts name no type of the network. */
const socketOf = ({ connection }: WireLine): Connection => connection as Connection;

/** What a server said of one transaction: it took the message for some recipient at least. */
export interface Transaction {
  readonly accepted: readonly string[];
  readonly refused: readonly { readonly address: string; readonly reply: unknown }[];
  readonly queueId: string | undefined;
}

/** By what the server knows a message it took: Postfix, Exim, and those that answer as Sendmail does say it in words of their own. */
const queueIdOf = (reply: string): string | undefined => {
  const [, postfix, exim, sendmail] =
    /\bqueued as ([\w.-]{4,100})|\bOK id=([\w.-]{4,100})|^250 2\.0\.0 ([\w.-]{4,100}) Message accepted/i.exec(reply) ??
    [];
  return postfix ?? exim ?? sendmail;
};

/** One conversation with a mail server, over a line that is up. */
export class SmtpConversation {
  /** How far it has got. */
  phase: SmtpPhase = "greeting";
  readonly #smtp: SMTPConnection;
  readonly #line: WireLine;
  readonly #failed = Promise.withResolvers<never>();

  constructor(line: WireLine, name: string) {
    this.#line = line;
    const { host, secure, trusted } = line;
    // The line ends by itself when the attempt's time is over; nodemailer's own limits come after that.
    const afterAll = line.remainingMs() + 1_000;
    this.#smtp = new SMTPConnection({
      host,
      name,
      secure,
      secured: secure,
      requireTLS: !secure && !trusted,
      connection: socketOf(line),
      tls: { servername: host, rejectUnauthorized: true, minVersion: "TLSv1.2" },
      greetingTimeout: greetingMs,
      connectionTimeout: afterAll,
      socketTimeout: afterAll,
      maxResponseSize: maxReplyBytes,
    });
    this.#smtp.on("error", (error: unknown) => this.#failed.reject(error));
    this.#smtp.on("end", () => this.#failed.reject(new Error("the server ended the connection")));
    // It may fail before anybody waits.
    this.#failed.promise.catch(() => undefined);
  }

  /** Greeting, extensions, TLS where it does not begin with it, and the login where there is a name for it. */
  async begin({ username, password }: Readonly<Record<string, string>>): Promise<void> {
    await this.#step<void>((done) => this.#smtp.connect((error) => done(error)));
    this.phase = "login";
    if (username !== undefined)
      await this.#step<boolean>((done) =>
        this.#smtp.login({ credentials: { user: username, pass: password ?? "" } }, done),
      );
    this.phase = "envelope";
  }

  /** One message to some recipients. Throws where it was taken for none of them, or nobody can tell. */
  async send(from: string, to: readonly string[], message: Buffer): Promise<Transaction> {
    this.phase = "envelope";
    const body = trackedMessage(message, {
      onBegin: () => {
        this.phase = "data";
        this.#line.markSent();
      },
      onEnd: () => {
        this.phase = "ended";
      },
    });
    const envelope = { from, to: [...to], size: message.length };
    const info = await this.#step<SMTPConnection.SentMessageInfo>((done) => this.#smtp.send(envelope, body, done));
    this.#line.markAnswered();
    const refused = (info.rejectedErrors ?? []).map((error) => ({
      address: String(Reflect.get(error, "recipient")),
      reply: error.response,
    }));
    return { accepted: info.accepted.map(String), refused, queueId: queueIdOf(info.response) };
  }

  /** Says goodbye, and waits for no answer. */
  end(): void {
    if (this.phase !== "greeting") this.#smtp.quit();
    this.#smtp.close();
    this.#line.end();
  }

  #step<T>(start: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> {
    const step = new Promise<T>((resolve, reject) => {
      // The callback has a value wherever it has no error.
      start((error, value) => (error ? reject(error) : resolve(value as T)));
    });
    return Promise.race([step, this.#failed.promise]);
  }
}
