import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxAttachmentBytes } from "./attachment.ts";
import { SendEmailInput } from "./send-email.ts";

const mail = { from: "app@example.com", to: ["ann@example.org"], subject: "Hello", text: "Hello" };
const unsubscribe = { url: "https://example.com/unsubscribe/token" };

/** The fields that a mail is refused for. */
const refusedFor = (more: Readonly<Record<string, unknown>>): string[] => {
  const parsed = SendEmailInput.safeParse({ ...mail, ...more });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
};

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString("base64");

describe("a mail", () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["in both forms", { html: "<p>Hello</p>" }],
    ["to many", { to: Array.from({ length: 50 }, (_, at) => `a${at}@example.org`) }],
    ["with headers", { headers: { "X-Roadmap": "1", "In-Reply-To": "<a@b>", References: "<a@b> <c@d>" } }],
    ["with a file", { attachments: [{ filename: "Größe.pdf", content: base64(10), contentType: "application/pdf" }] }],
    ["to a list", { stream: "broadcast", category: "marketing", unsubscribe }],
    ["of a code", { category: "otp", delivery: "at_most_once" }],
  ])("is taken %s", (_, more) => expect(refusedFor(more)).toEqual([]));

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["without a text", { text: undefined }, "text"],
    ["with a NUL", { text: "a\0b" }, "text"],
    ["to too many", { to: Array.from({ length: 51 }, (_, at) => `a${at}@example.org`) }, "to"],
    ["to too many together", { cc: Array.from({ length: 50 }, (_, at) => `a${at}@example.org`) }, "to"],
    ["to one twice", { cc: ["ANN@example.org"] }, "cc.0"],
    ["with a line in its subject", { subject: "a\r\nBcc: b@example.org" }, "subject"],
    ["with a foreign field", { envelope: { to: "b@example.org" } }, ""],
    ["with a header of ours", { headers: { "X-Nexus-Operation": "1" } }, "headers.X-Nexus-Operation"],
    ["with an order to a vendor", { headers: { "X-SMTPAPI": "{}" } }, "headers.X-SMTPAPI"],
    ["with a header twice", { headers: { "X-A": "1", "x-a": "2" } }, "headers.x-a"],
    ["with a line in a header", { headers: { "X-A": "1\nX-B: 2" } }, "headers.X-A"],
    ["with a line in a header's name", { headers: { "X-A: 1\r\nBcc": "b@example.org" } }, "headers.X-A: 1\r\nBcc"],
    ["with a reply to no message", { headers: { "In-Reply-To": "yesterday's" } }, "headers.In-Reply-To"],
    ["with a tag of ours", { tags: { nexus_operation: "1" } }, "tags"],
    ["with a path for a file", { attachments: [{ filename: "a", path: "/etc/passwd" }] }, "attachments.0.content"],
    ["with a program", { attachments: [{ filename: "a.EXE ", content: base64(3) }] }, "attachments.0.filename"],
    ["with a folder", { attachments: [{ filename: "../a", content: base64(3) }] }, "attachments.0.filename"],
    ["with no base64", { attachments: [{ filename: "a", content: "a b" }] }, "attachments.0.content"],
    [
      "with too much",
      {
        attachments: [
          { filename: "a", content: base64(maxAttachmentBytes) },
          { filename: "b", content: base64(1) },
        ],
      },
      "attachments",
    ],
    ["to a list without a way out", { stream: "broadcast" }, "unsubscribe"],
    ["of a code with a way out", { category: "otp", unsubscribe }, "unsubscribe"],
    ["of a code to a list", { category: "otp", stream: "broadcast" }, "stream"],
    ["of an advertisement to one", { category: "marketing", unsubscribe }, "stream"],
    ["with a way out in the clear", { unsubscribe: { url: "http://example.com/u" } }, "unsubscribe.url"],
    ["with a way out of two", { unsubscribe: { url: "https://example.com/u>, <mailto:b@c.de" } }, "unsubscribe.url"],
  ])("is refused %s", (_, more, field) => expect(refusedFor(more)).toContain(field));

  it("is refused for any sign that ends a line, in every field that stands in a header", () => {
    const places: readonly ((text: string) => Readonly<Record<string, unknown>>)[] = [
      (text) => ({ subject: text }),
      (text) => ({ from: text }),
      (text) => ({ from: { address: "app@example.com", name: text } }),
      (text) => ({ to: [text] }),
      (text) => ({ to: [{ address: "ann@example.org", name: text }] }),
      (text) => ({ cc: [{ address: "bob@example.org", name: text }] }),
      (text) => ({ bcc: [{ address: "bob@example.org", name: text }] }),
      (text) => ({ replyTo: { address: "bob@example.org", name: text } }),
      (text) => ({ headers: { "X-A": text } }),
      (text) => ({ headers: { [text]: "1" } }),
      (text) => ({ tags: { a: text } }),
      (text) => ({ tags: { [text]: "a" } }),
      (text) => ({ unsubscribe: { url: `https://example.com/${text}` } }),
      (text) => ({ attachments: [{ filename: text, content: base64(3) }] }),
      (text) => ({ attachments: [{ filename: "a", content: base64(3), contentType: text }] }),
      (text) => ({ attachments: [{ filename: "a", content: base64(3), contentId: text }] }),
    ];
    const sign = fc.constantFrom("\r", "\n", "\r\n", "\0", "\u2028", "\u0085");
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.string(), sign, fc.string(), (place, left, end, right) => {
        expect(refusedFor(place(left + end + right))).not.toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
