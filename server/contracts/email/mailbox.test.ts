import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeaderText, MailParty, mailboxOf } from "./mailbox.ts";

describe("the address of one mailbox", () => {
  it.each([
    ["ann@example.org", "ann@example.org"],
    ["Ann.Lee+x@Example.ORG", "Ann.Lee+x@example.org"],
    ["o'neil@example.co.uk", "o'neil@example.co.uk"],
    ["ann@bücher.example", "ann@xn--bcher-kva.example"],
    ["ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"],
    [`${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
  ])("is read: %s", (text, sent) => expect(mailboxOf(text)).toBe(sent));

  it.each([
    "",
    "ann",
    "@example.org",
    "ann@",
    "ann@localhost",
    "ann@example",
    "ann@127.0.0.1",
    "ann@0x7f.1",
    "ann@[127.0.0.1]",
    "ann@example.org.",
    "ann@.example.org",
    "ann@exa mple.org",
    "ann@example.org, bob@example.org",
    "ann@example.org;bob@example.org",
    "Ann <ann@example.org>",
    "<ann@example.org>",
    '"ann lee"@example.org',
    "ann(comment)@example.org",
    "friends:ann@example.org;",
    "@relay.example:ann@example.org",
    "ann..lee@example.org",
    ".ann@example.org",
    "ann.@example.org",
    "änn@example.org",
    "ann@example.org\r\nRCPT TO:<bob@example.org>",
    "ann@example.org\n",
    "ann\0@example.org",
    "ann@example.org%0d%0a",
    "ann@example.org/x",
    "ann@example.org?x",
    "ann@example.org#x",
    "ann@example.org:25",
    "ann@-example.org",
    "ann@example-.org",
    `${"a".repeat(65)}@example.org`,
    `ann@${"a".repeat(64)}.org`,
    `ann@${"abcdefgh.".repeat(28)}org`,
  ])("is nothing else: %j", (text) => expect(mailboxOf(text)).toBeUndefined());

  it("is, whatever is given, ASCII of one line without anything that separates", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.emailAddress(), fc.webUrl()),
        fc.string(),
        (left, right) => {
          const sent = mailboxOf(`${left}${right}`);
          if (sent !== undefined) expect(sent).toMatch(/^[^\s@<>,;:()"[\]\\\p{C}]+@[a-z0-9.-]+$/u);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is the same when it is read again", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const sent = mailboxOf(text);
        if (sent !== undefined) expect(mailboxOf(sent)).toBe(sent);
      }),
    );
  });
});

describe("text in a header", () => {
  it("is one line, and is refused where it is not", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom("\r", "\n", "\0", "\u000b", "\u000c", "\u0085", "\u2028", "\u2029", "\u007f"),
        fc.string(),
        (left, sign, right) => {
          expect(HeaderText.safeParse(left + sign + right).success).toBe(false);
        },
      ),
    );
    expect(HeaderText.safeParse("Größe: 100 % 🎉").success).toBe(true);
  });

  it("is refused in a display name with the field named", () => {
    const parsed = MailParty.safeParse({ address: "ann@example.org", name: "Ann\r\nBcc: x@example.org" });
    expect(parsed.success).toBe(false);
  });
});
