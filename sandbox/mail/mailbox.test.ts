import { createTransport } from "nodemailer";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ mail: true });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await fetch(`${mailbox().url}/messages`, { method: "DELETE" });
});

function mailbox() {
  if (!sandbox.mailbox) throw new Error("no mailbox");
  return sandbox.mailbox;
}

async function send(mail: { to: string; subject: string; text?: string; html?: string }): Promise<void> {
  const transport = createTransport({ url: mailbox().smtpUrl, ignoreTLS: true });
  await transport.sendMail({ from: "topolo@example.com", ...mail });
  transport.close();
}

it("keeps what arrives by SMTP, decoded, newest first, and finds it by address", async () => {
  await send({ to: "Ann@example.com", subject: "Grüße", text: "Über 100 €", html: "<p>Hallo</p>" });
  await send({ to: "bob@example.com", subject: "Second", text: "two" });
  const { messages } = (await (await fetch(`${mailbox().url}/messages`)).json()) as { messages: unknown[] };
  expect(messages).toMatchObject([
    { subject: "Second" },
    {
      subject: "Grüße",
      from: "topolo@example.com",
      to: ["ann@example.com"],
      text: "Über 100 €\n",
      html: "<p>Hallo</p>\n",
    },
  ]);
  expect(mailbox().messages("ANN@example.com")).toHaveLength(1);
});

it("shows mail with working links and nothing that runs", async () => {
  const link = "http://localhost:3001/verify-email#token=abc";
  await send({
    to: "a@example.com",
    subject: "<script>alert(1)</script>",
    text: `Go:\n${link}\n<b>`,
    html: "<script>x</script>",
  });
  const list = await (await fetch(mailbox().url)).text();
  expect(list).toContain("&lt;script&gt;");
  const id = mailbox().messages()[0]?.id;
  const page = await fetch(`${mailbox().url}/${id}`);
  const text = await page.text();
  expect(text).toContain(`href="${link}"`);
  expect(text).not.toContain("<script>");
  const part = await fetch(`${mailbox().url}/${id}/html`);
  expect(part.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
  expect(await part.text()).toContain("<script>x</script>");
});

it("is bounded in number and size", async () => {
  await expect(send({ to: "a@example.com", subject: "big", text: "x".repeat(13_000_000) })).rejects.toThrow();
  for (let count = 0; count < 3; count += 1) await send({ to: "a@example.com", subject: String(count), text: "x" });
  expect(mailbox().messages()).toHaveLength(3);
});

it("answers this machine under its own name alone", async () => {
  const { request } = await import("node:http");
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(
      { host: "127.0.0.1", port: sandbox.port, path: "/mail/messages", headers: { host: "evil.example" } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .once("error", reject)
      .end();
  });
  expect(status).toBe(403);
  const crossed = await fetch(`${mailbox().url}/messages`, {
    method: "DELETE",
    headers: { origin: "http://evil.example" },
  });
  expect(crossed.status).toBe(405);
  expect((await fetch(`${mailbox().url}/messages`)).headers.get("access-control-allow-origin")).toBeNull();
});
