import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MailEffect } from "../../../sandbox/mail-vendors/mail-wire.ts";
import { verifySignature } from "../../../sandbox/sigv4/verify-signature.ts";
import { openMailBench, outgoingMail, type MailBench } from "../../../test/mail-bench.ts";
import { openCaptureServer, type CannedAnswer, type CapturedRequest, type CaptureServer } from "../capture-server.ts";
import { comparableRequest, differencesOf } from "../comparable-request.ts";
import { officialSdks } from "./official-sdks.ts";

let bench: MailBench;
let capture: CaptureServer;
beforeAll(async () => {
  capture = await openCaptureServer();
  bench = await openMailBench([new URL(capture.url).host]);
});
afterAll(async () => {
  await bench.close();
  await capture.close();
});
beforeEach(() => bench.sandbox.reset());

const party = (address: string, name?: string) => ({ address, name });

const mail = outgoingMail({
  from: party("app@example.com", "Roadmapper"),
  to: [party("ann@example.org", "Ann Lee"), party("zoe@example.org")],
  cc: [party("bob@example.org", "Bob")],
  bcc: [party("eve@example.org")],
  replyTo: party("help@example.com", "Help"),
  subject: "Größe – 日本",
  text: "Hello\nyou",
  html: '<p>Hello</p><img src="cid:logo@x">',
  headers: { "X-Nexus-Operation": "0190-operation", References: "<1@example.org> <2@example.org>" },
  tags: { flow: "milestone" },
  attachments: [
    {
      filename: "logo.png",
      content: Buffer.from([1, 2, 250]).toString("base64"),
      contentType: "image/png",
      contentId: "logo@x",
    },
  ],
});

const json = (body: unknown, status = 200): CannedAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** A success, as each vendor documents it. */
const successes: Readonly<Record<string, CannedAnswer>> = {
  cloudflare: json({
    success: true,
    errors: [],
    messages: [],
    result: {
      delivered: ["ann@example.org", "zoe@example.org", "bob@example.org", "eve@example.org"],
      permanent_bounces: [],
      queued: [],
      suppressed_recipients: [],
      message_id: "1@email.example.com",
    },
  }),
  resend: json({ id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" }),
  postmark: json({
    To: "ann@example.org",
    SubmittedAt: "2026-11-29T07:25:01.4178645-05:00",
    MessageID: "0a129aee-e1cd-480d-b08d-4f48548ff48d",
    ErrorCode: 0,
    Message: "OK",
  }),
  sendgrid: { status: 202, headers: { "x-message-id": "14c5d75ce93.dfd.64b469" } },
  mailgun: json({ id: "<20260101.1@mg.example.com>", message: "Queued. Thank you." }),
  ses: json({ MessageId: "010001890a1b2c3d-000000" }),
};

/**
 * Where our request and that of the vendor's own client differ: what we say, and what it does. Everything else is equal,
 * field by field.
 */
type Differences = Readonly<Record<string, readonly [string | undefined, string | undefined]>>;

const explained: Readonly<Record<string, Differences>> = {
  // The answer is JSON in any case.
  resend: { "header accept": ["application/json", "*/*"] },
  postmark: {},
  sendgrid: {},
  mailgun: {
    "header accept": ["application/json", "application/json, text/plain, */*"],
    // The platform's forms, which the client uses, forget the type of bytes and end lines as forms of pages do.
    "body inline.0.type": ["image/png", "application/octet-stream"],
    "body text.0": ["Hello\nyou", "Hello\r\nyou"],
  },
  cloudflare: {},
  ses: { "header accept": ["application/json", undefined] },
};

/** Headers by which a vendor of mail knows who asks, and what. */
const isRead = (header: string): boolean =>
  ["authorization", "x-postmark-server-token", "idempotency-key", "accept"].includes(header);

/** What a vendor was asked, without the form in which it was written and the types of files (see above). */
const askedOf = (effect: MailEffect | undefined) => {
  const { source: _source, attachments = [], text, ...asked } = effect?.mail ?? {};
  const files = attachments.map(({ filename, bytes }) => ({ filename, bytes }));
  return { ...asked, text: text?.replaceAll("\r\n", "\n"), files };
};

/** The message that our request to SES holds: its client is given the same, for each composing has borders of its own. */
const messageIn = (body: Buffer): Buffer => {
  const [, data = ""] = /"Data":"([^"]+)"/.exec(body.toString("utf8")) ?? [];
  return Buffer.from(data, "base64");
};

describe.each(Object.keys(officialSdks))("%s and its own client", (id) => {
  const official = officialSdks[id];
  if (official === undefined) throw new Error(`no client for ${id}`);

  it("ask the same, field by field", async () => {
    const answer = successes[id];
    const credential = bench.sandbox.acting[id]?.secret ?? {};
    if (answer === undefined) throw new Error(`no answer for ${id}`);
    capture.answer(answer);
    await bench.send(id, mail, { baseUrl: capture.url });
    const [ours] = capture.take();
    if (ours === undefined) throw new Error("nothing was sent");
    await official({ mail, baseUrl: capture.url, credential, message: messageIn(ours.body) });
    const [theirs, ...more] = capture.take();
    if (theirs === undefined || more.length > 0) throw new Error("not one request");
    const scope = {
      secretOf: () => credential["secretAccessKey"],
      region: "us-east-1",
      service: "ses",
      now: Date.now(),
    };
    if (id === "ses") {
      for (const { method, path, headers, body } of [ours, theirs])
        expect(verifySignature({ method, target: path, headers, body }, scope)).toBeUndefined();
      // Signatures are of a moment, and of the headers that a client has.
      delete ours.headers.authorization;
      delete theirs.headers.authorization;
    }
    const asFields = (request: CapturedRequest) => comparableRequest(request, isRead);
    expect(differencesOf(await asFields(ours), await asFields(theirs))).toEqual(explained[id]);
  });

  it("find the same in the sandbox, which speaks what the client does", async () => {
    const access = bench.sandbox.acting[id];
    await bench.send(id, mail);
    const [ours] = bench.sandbox.mailVendor(id).effects();
    await bench.sandbox.reset();
    await official({
      mail,
      baseUrl: access?.baseUrl ?? "",
      credential: access?.secret ?? {},
      message: Buffer.from(ours?.mail.source ?? ""),
    });
    const [theirs] = bench.sandbox.mailVendor(id).effects();
    expect(askedOf(theirs)).toEqual(askedOf(ours));
  });
});
