import { describe, expect, it } from "vitest";
import { allowListOf, targetOf } from "./target.ts";

const allow = allowListOf(["127.0.0.1:4010", "ollama.internal:11434", "[::1]:8080", "gateway.local:443"]);

describe("targetOf", () => {
  it.each([
    "http://api.example.com/v1",
    "https://api.example.com:8443",
    "https://127.0.0.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.1",
    "https://017700000001",
    "https://127.1",
    "https://127.0.0.1.",
    "https://127。0。0。1",
    "https://１２７.0.0.1",
    "https://0",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:a9fe:a9fe]",
    "https://[64:ff9b::10.0.0.1]",
    "https://[2002:7f00:1::]",
    "https://[fd00::1]",
    "https://localhost",
    "https://localhost.",
    "https://metadata",
    "https://example.com.",
    "https://user:secret@api.example.com",
    "https://api.example.com@127.0.0.1",
    "https://api.example.com/v1?x=1",
    "https://api.example.com/v1#x",
    "http://127.0.0.1:4011",
    "ftp://api.example.com",
    "file:///etc/passwd",
    "smtp://127.0.0.1",
    "smtp://127.0.0.1:2525",
    "smtps://localhost",
    "smtps://0x7f.1",
    "smtps://2130706433",
    "smtps://[::1]",
    "smtps://mail.example.com:25",
    "smtp://mail.example.com:25",
    "smtp://mail.example.com:22",
    "smtps://mail.example.com/x",
    "smtps://mail.example.com.",
    "smtps://user:secret@mail.example.com",
    "smtps://mail.example.com?x=1",
    "not a url",
    "",
  ])("refuses %s", (url) => expect(() => targetOf(url, allow)).toThrow());

  it.each([
    ["https://api.example.com/v1/", "https://api.example.com", "/v1", false],
    ["https://api.example.com:443", "https://api.example.com", "", false],
    ["https://1.1.1.1/v1", "https://1.1.1.1", "/v1", false],
    ["http://127.0.0.1:4010/openai/v1", "http://127.0.0.1:4010", "/openai/v1", true],
    ["http://ollama.internal:11434/v1", "http://ollama.internal:11434", "/v1", true],
    ["http://[::1]:8080", "http://[::1]:8080", "", true],
    ["https://gateway.local", "https://gateway.local", "", true],
  ])("permits %s", (url, origin, basePath, allowed) =>
    expect(targetOf(url, allow)).toEqual({ origin, basePath, allowed }),
  );

  it.each([
    ["smtps://mail.example.com", "mail.example.com", 465, true, false],
    ["smtp://mail.example.com", "mail.example.com", 587, false, false],
    ["smtp://MAIL.example.com:2525", "mail.example.com", 2525, false, false],
    ["smtp://127.0.0.1:4010", "127.0.0.1", 4010, false, true],
    ["smtp://[::1]:8080", "::1", 8080, false, true],
  ])("permits %s, spoken to in lines", (url, host, port, secure, allowed) =>
    expect(targetOf(url, allow)).toMatchObject({ allowed, line: { host, port, secure } }),
  );

  it("does not accept an entry without a port", () => expect(() => allowListOf(["localhost"])).toThrow("host:port"));
});
