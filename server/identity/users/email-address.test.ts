import { expect, test } from "vitest";
import { normalizeEmail } from "./email-address.ts";

test.each([
  ["Ann@Example.COM", "ann@example.com"],
  ["ann+tag@example.com", "ann+tag@example.com"],
  ["ａnn@example.com", "ann@example.com"],
  ["ann@bücher.example", "ann@xn--bcher-kva.example"],
  ["josé@example.com", "josé@example.com"],
  ["root@localhost", "root@localhost"],
])("%s is %s", (text, email) => expect(normalizeEmail(text)).toBe(email));

test.each([
  "",
  "ann",
  "@example.com",
  "ann@",
  "ann@@example.com",
  "ann@b@example.com",
  "ann＠example.com",
  "ann﹫example.com",
  "ann@example.com ",
  " ann@example.com",
  "ann@exam ple.com",
  "ann@example.com\r\nBcc: x@example.com",
  "ann\u0000@example.com",
  "ann\u200b@example.com",
  '"ann"@example.com',
  "ann(comment)@example.com",
  "Ann <ann@example.com>",
  "a@example.com,b@example.com",
  "ann@[127.0.0.1]",
  "ann@-example.com",
  "ann@example..com",
  "ann@exa%6dple.com",
  "ann@example.com/x",
  "ann@example.com:25",
  `${"a".repeat(65)}@example.com`,
  `ann@${"a".repeat(64)}.com`,
  `ann@${"a.".repeat(130)}com`,
])("%o is not an address", (text) => expect(normalizeEmail(text)).toBeUndefined());
