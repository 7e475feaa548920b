import { once } from "node:events";
import { inspect } from "node:util";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMailbox, type Mailbox } from "../../../sandbox/mail/open-mailbox.ts";
import { composeEmail } from "./compose-email.ts";
import { createSmtpMailer } from "./smtp-mailer.ts";

let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
});
afterAll(() => mailbox.close());

const from = "Topolo <no-reply@example.com>";
const email = composeEmail({
  subject: "Two\r\nBcc: evil@example.com",
  paragraphs: ['<script>alert("x")</script> & more'],
  action: { label: "Go", url: "http://localhost:3001/verify-email#token=abc&x" },
});

test("an e-mail arrives by SMTP as text and as escaped HTML, with a single subject line", async () => {
  const mailer = createSmtpMailer({ url: mailbox.smtpUrl, from });
  await mailer.send({ to: "ann@example.com", ...email });
  await mailer.close();
  const [mail] = mailbox.messages("ann@example.com");
  expect(mail).toMatchObject({
    from: "no-reply@example.com",
    to: ["ann@example.com"],
    subject: "Two Bcc: evil@example.com",
  });
  expect(mail?.text).toContain("http://localhost:3001/verify-email#token=abc&x");
  expect(mail?.html).toContain('href="http://localhost:3001/verify-email#token=abc&amp;x"');
  expect(mail?.html).toContain("&lt;script&gt;");
  expect(mail?.html).not.toContain("<script>");
});

test("only a server on this machine is used without TLS", async () => {
  const { port } = new URL(mailbox.smtpUrl);
  // The same server under a name that does not say so.
  const mailer = createSmtpMailer({ url: `smtp://127.1:${port}`, from });
  const failed = mailer.send({ to: "plain@example.com", ...email });
  await expect(failed).rejects.toMatchObject({ code: "ETLS 500" });
  await mailer.close();
  expect(mailbox.messages("plain@example.com")).toEqual([]);
});

test("errors contain neither the password nor the server's reply", async () => {
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ password }, _, callback) => callback(new Error(`no such password: ${password}`)),
  });
  server.on("error", () => undefined);
  const listener = server.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const mailer = createSmtpMailer({ url: `smtp://mailer:hunter2hunter2@127.0.0.1:${port}`, from });
  const error: unknown = await mailer.send({ to: "auth@example.com", ...email }).catch((reason: unknown) => reason);
  await mailer.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  expect(error).toMatchObject({ name: "MailSendError", code: "EAUTH 535" });
  expect(inspect(error, { depth: 5 })).not.toMatch(/hunter2|mailer:|auth@example/);
});

test("an unreachable server is a failure that can be retried", async () => {
  const closed = await openMailbox();
  await closed.close();
  const mailer = createSmtpMailer({ url: closed.smtpUrl, from });
  await expect(mailer.send({ to: "a@example.com", ...email })).rejects.toMatchObject({ name: "MailSendError" });
  await mailer.close();
});

test("an address is always a single recipient", async () => {
  const mailer = createSmtpMailer({ url: mailbox.smtpUrl, from });
  await mailer.send({ to: "one@example.com,two@example.com", ...email }).catch(() => undefined);
  await mailer.close();
  expect(mailbox.messages("two@example.com")).toEqual([]);
});

test("other URL schemes are refused", () => {
  expect(() => createSmtpMailer({ url: "http://localhost:25", from })).toThrow(RangeError);
});
