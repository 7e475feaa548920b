import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeRequestId, safeWord, scrubbed } from "./safe-message.ts";

const prose = fc
  .array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 30 })
  .map((words) => words.join(" "));
const key = fc.stringMatching(/^[A-Za-z0-9_-]{16,60}$/);
const letters = (text: string): string => text.replace(/[\s\\]/g, "").toLowerCase();

describe("scrubbed", () => {
  it("a message that repeats nothing is left as it is", () => {
    fc.assert(
      fc.property(prose, prose, (message, prompt) => {
        fc.pre(letters(message).length < 32);
        expect(scrubbed(message, { credential: {}, payload: JSON.stringify({ prompt }) })).toBe(message.trim());
      }),
    );
  });

  it("no run of 40 characters of what was sent comes back, however it is escaped", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 60, maxLength: 300, unit: "binary" }), prose, (prompt, around) => {
        const payload = JSON.stringify({ messages: [{ content: prompt }] });
        for (const echo of [prompt, JSON.stringify(prompt), prompt.toUpperCase()]) {
          const told = letters(scrubbed(`${around} "${echo}" ${around}`, { credential: {}, payload }));
          const sent = letters(prompt.replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, " "));
          for (let at = 0; at + 40 <= sent.length; at += 1) expect(told).not.toContain(sent.slice(at, at + 40));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("letters beyond ASCII are the same in either case", () => {
    const prompt = "ᶎöχжỉ".repeat(12);
    const payload = JSON.stringify({ messages: [{ content: prompt }] });
    expect(scrubbed(`It said ${prompt.toUpperCase()}`, { credential: {}, payload })).toBe("It said …");
  });

  it("of a key document its values are taken out, and no word that stands in everybody's", () => {
    const document = {
      type: "service_account",
      project_id: "acme-prod-4711",
      private_key: `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0".repeat(3)}\n-----END PRIVATE KEY-----\n`,
      client_email: "gateway@acme-prod-4711.iam.gserviceaccount.com",
      token_uri: "https://oauth2.googleapis.com/token",
      universe_domain: "googleapis.com",
      rotations: 3,
    };
    for (const spaces of [0, 2]) {
      const text = JSON.stringify(document, undefined, spaces);
      const secrets = { credential: { serviceAccount: text }, payload: "" };
      const help = "See https://cloud.example.com/help: the service_account has no role at aiplatform.googleapis.com.";
      expect(scrubbed(help, secrets)).toBe(help);
      for (const said of [document.project_id, document.client_email, document.private_key.slice(30, 70)])
        expect(scrubbed(`Denied for ${said} at the vendor.`, secrets)).toBe("Denied for … at the vendor.");
      expect(scrubbed(Buffer.from(text).toString("base64").slice(4, 30), secrets)).toBe("…");
    }
  });

  it("no eight characters of a secret come back, however it is spelled", () => {
    fc.assert(
      fc.property(key, prose, fc.nat(8), (secret, around, cutAt) => {
        const credential = { apiKey: secret };
        const spellings = [
          secret,
          secret.slice(cutAt),
          secret.toUpperCase(),
          encodeURIComponent(secret),
          JSON.stringify(secret),
          Buffer.from(secret).toString("base64"),
          Buffer.from(secret).toString("hex"),
          `Bearer ${secret}`,
        ];
        for (const spelling of spellings) {
          const told = scrubbed(`${around} ${spelling} ${around}`, { credential, payload: "" });
          expect(told.toLowerCase()).not.toContain(spelling.toLowerCase());
          for (let at = 0; at + 8 <= secret.length; at += 1)
            expect(told.toLowerCase()).not.toContain(secret.slice(at, at + 8).toLowerCase());
          expect(safeWord(spelling, { credential, payload: "" })).toBeUndefined();
        }
        expect(safeRequestId(`req_${secret}`, { credential, payload: "" })).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["of one letter", "a".repeat(8_000_000), "a".repeat(400)],
    ["almost alike", `${"a".repeat(8_000_000)}b`, `b${"a".repeat(31)}${"c".repeat(300)}`],
    ["of escapes", '\\"'.repeat(4_000_000), '"'.repeat(400)],
    [
      "that repeats the message",
      "The prompt is too long for this model, it has 9 tokens. ".repeat(150_000),
      "The prompt is too long for this model, it has 9 tokens. ".repeat(8),
    ],
  ])("takes time in proportion to a payload %s", (_, payload, message) => {
    // Of this thread, so that a busy machine changes nothing.
    const before = process.threadCpuUsage();
    const told = scrubbed(message, { credential: { apiKey: "sk-0123456789" }, payload });
    expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(3_000);
    expect(told.length).toBeLessThanOrEqual(500);
  });
});
