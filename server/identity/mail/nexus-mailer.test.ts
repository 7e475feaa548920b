import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEgress, type Egress } from "../../platform/egress/index.ts";
import { systemClock } from "../../platform/clock.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createNexusMailer } from "./nexus-mailer.ts";
import type { MailFacts } from "./mailer.ts";

let answer: { status: number; body: string } | "cut" = { status: 202, body: "{}" };
const heard: { headers: IncomingHttpHeaders; body: unknown }[] = [];
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    heard.push({ headers: request.headers, body: JSON.parse(text) });
    if (answer === "cut") return void request.socket.destroy();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
});
const portOf = (listening: Server): number => {
  const address = listening.address();
  return typeof address === "object" && address ? address.port : 0;
};
let egress: Egress;
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${portOf(server)}`;
  egress = createEgress({ allow: [], clock: systemClock, log: silentLogger });
});
afterAll(async () => {
  await egress.close();
  server.close();
});

const mail = { to: "ann@example.com", subject: "Hello", text: "A link", html: "<p>A link</p>" };
const createdAt = new Date("2026-11-29T10:00:00Z");
const facts: MailFacts = {
  id: "mail_1",
  category: "otp",
  createdAt,
  expiresAt: new Date("2026-11-29T11:00:00Z"),
};

const send = (
  options: { readonly at?: string; readonly token?: () => Promise<string>; readonly facts?: MailFacts } = {},
) =>
  createNexusMailer({
    url: options.at ?? url,
    from: "Topolo <no-reply@topolo.example>",
    egress,
    token: options.token ?? (async () => "a.b.c"),
  }).send(mail, options.facts ?? facts);

const refusal = (status: number, code: string, effect: string) => ({
  status,
  body: JSON.stringify({ error: { code, effect, message: "ann@example.com" } }),
});

const capped = {
  status: 429,
  body: JSON.stringify({
    error: { code: "RATE_LIMITED", effect: "none", details: { kind: "recipient_cap", most: 5 } },
  }),
};

it("hands a mail to Nexus as security mail of the platform's organization, to be queued, under its id", async () => {
  answer = { status: 202, body: "{}" };
  await send();
  expect(heard.at(-1)).toMatchObject({
    headers: {
      "x-nexus-service-token": "a.b.c",
      "x-nexus-organization-id": "org_topolo",
      "idempotency-key": "mail_1",
    },
    body: {
      ...mail,
      to: [mail.to],
      from: { name: "Topolo", address: "no-reply@topolo.example" },
      category: "otp",
      delivery: "at_least_once",
      accept: "queued",
      expiresAt: "2026-11-29T11:00:00.000Z",
    },
  });
});

it("a mail that is of use for longer than Nexus keeps one expires there, and at the same time whenever it is handed over", async () => {
  answer = { status: 202, body: "{}" };
  await send({ facts: { ...facts, expiresAt: new Date("2027-01-01T00:00:00Z") } });
  expect(heard.at(-1)?.body).toMatchObject({ expiresAt: "2026-12-06T09:59:00.000Z" });
});

it.each([
  ["a budget that is used up", refusal(402, "BUDGET_EXCEEDED", "none"), "declined", "BUDGET_EXCEEDED"],
  ["no vendor of mail", refusal(412, "CREDENTIAL_MISSING", "none"), "declined", "CREDENTIAL_MISSING"],
  ["an address that it cannot send to", refusal(400, "INVALID_INPUT", "none"), "declined", "INVALID_INPUT"],
  ["another program", { status: 404, body: "" }, "declined", "HTTP 404"],
  ["too many calls", refusal(429, "RATE_LIMITED", "none"), "not_taken", "RATE_LIMITED"],
  ["a recipient who was sent much else", capped, "declined", "RATE_LIMITED"],
  ["a ledger that is away", refusal(503, "LEDGER_UNAVAILABLE", "none"), "not_taken", "LEDGER_UNAVAILABLE"],
  ["a commit that nobody saw", refusal(503, "LEDGER_UNAVAILABLE", "unknown"), "unknown", "LEDGER_UNAVAILABLE"],
  ["a proxy in front of it", { status: 502, body: "" }, "unknown", "HTTP 502"],
  ["a redirect", { status: 307, body: "" }, "unknown", undefined],
  ["a connection that was cut", "cut" as const, "unknown", undefined],
])("says what is proved where Nexus answers with %s", async (_, given, proof, code) => {
  answer = given;
  const error: unknown = await send().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "MailSendError", proof, ...(code === undefined ? {} : { code }) });
  expect(String(error)).not.toContain("ann@");
});

it("a suppressed recipient is refused for good", async () => {
  answer = refusal(422, "RECIPIENT_SUPPRESSED", "none");
  await expect(send()).rejects.toMatchObject({ name: "MailRefusedError", code: "RECIPIENT_SUPPRESSED" });
});

it("a Nexus that does not listen, and a token that cannot be made, prove that nothing was sent", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const port = portOf(closed);
  closed.close();
  await once(closed, "close");
  await expect(send({ at: `http://127.0.0.1:${port}` })).rejects.toMatchObject({ proof: "not_taken" });
  const before = heard.length;
  await expect(send({ token: () => Promise.reject(new Error("sealed")) })).rejects.toMatchObject({
    proof: "not_taken",
  });
  expect(heard).toHaveLength(before);
});
