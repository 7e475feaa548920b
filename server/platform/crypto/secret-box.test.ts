import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecretBox, holdKeys, openKeyring } from "./index.ts";

const keyText = (): string => randomBytes(32).toString("base64");
const aad = ["org_a", "vkey_1", "1", "openai", "api.openai.com"];

test("what is sealed opens again, each time under a key and nonce of its own", () => {
  const box = openKeyring(`k1:${keyText()}`);
  const first = box.seal("sk-canary", aad);
  const second = box.seal("sk-canary", aad);
  expect(box.open(first, aad).reveal()).toBe("sk-canary");
  expect(first.ciphertext.equals(second.ciphertext)).toBe(false);
  expect(first.wrappedKey.equals(second.wrappedKey)).toBe(false);
  expect(Buffer.concat([first.ciphertext, first.wrappedKey]).includes("sk-canary")).toBe(false);
});

test.each(aad.map((_, index) => index))("another value of associated part %i does not open", (index) => {
  const box = openKeyring(`k1:${keyText()}`);
  const sealed = box.seal("sk-canary", aad);
  const other = aad.with(index, "other");
  expect(() => box.open(sealed, other)).toThrow(expect.objectContaining({ code: "SEALED" }));
  expect(() => box.rewrap(sealed, other)).toThrow(expect.objectContaining({ code: "SEALED" }));
});

test("parts cannot slide into each other", () => {
  const box = openKeyring(`k1:${keyText()}`);
  const sealed = box.seal("sk-canary", ["ab", "c"]);
  expect(() => box.open(sealed, ["a", "bc"])).toThrow(expect.objectContaining({ code: "SEALED" }));
});

test("every altered byte is found, and halves of two secrets do not fit", () => {
  const box = openKeyring(`k1:${keyText()}`);
  const sealed = box.seal("sk", aad);
  const altered = (bytes: Buffer, at: number): Buffer => Buffer.from(bytes).fill((bytes[at] ?? 0) ^ 1, at, at + 1);
  for (let at = 0; at < sealed.ciphertext.length; at += 1) {
    expect(() => box.open({ ...sealed, ciphertext: altered(sealed.ciphertext, at) }, aad)).toThrow();
  }
  for (let at = 0; at < sealed.wrappedKey.length; at += 1) {
    expect(() => box.open({ ...sealed, wrappedKey: altered(sealed.wrappedKey, at) }, aad)).toThrow();
  }
  const other = box.seal("sk", aad);
  expect(() => box.open({ ...sealed, wrappedKey: other.wrappedKey }, aad)).toThrow();
  expect(() => box.open({ ...sealed, ciphertext: sealed.ciphertext.subarray(0, 10) }, aad)).toThrow(
    expect.objectContaining({ code: "SEALED" }),
  );
});

test("bytes come back as they were, the empty ones too", () => {
  const box = openKeyring(`k1:${keyText()}`);
  for (const bytes of [randomBytes(100_000), Buffer.alloc(0)]) {
    expect(box.openBytes(box.sealBytes(bytes, aad), aad).equals(bytes)).toBe(true);
  }
});

test("without a key nothing is sealed or opened", () => {
  const sealed = openKeyring(`k1:${keyText()}`).seal("sk", aad);
  const shut = openKeyring(undefined);
  expect(shut.currentKeyId).toBeUndefined();
  expect(() => shut.open(sealed, aad)).toThrow(expect.objectContaining({ code: "SEALED" }));
  expect(() => shut.seal("sk", aad)).toThrow(expect.objectContaining({ code: "SEALED" }));
});

test("another key under the same name is another key", () => {
  const right = `k1:${keyText()}`;
  const sealed = openKeyring(right).seal("sk", aad);
  const wrong = openKeyring(`k1:${keyText()}`);
  expect(wrong.knows(sealed.keyId)).toBe(false);
  expect(() => wrong.open(sealed, aad)).toThrow(expect.objectContaining({ code: "SEALED" }));
  expect(openKeyring(`k2:${keyText()},${right}`).open(sealed, aad).reveal()).toBe("sk");
});

test("rewrapping moves the data key alone", () => {
  const old = `k1:${keyText()}`;
  const fresh = `k2:${keyText()}`;
  const sealed = openKeyring(old).seal("sk", aad);
  const moved = openKeyring(`${fresh},${old}`).rewrap(sealed, aad);
  expect(moved.ciphertext).toBe(sealed.ciphertext);
  expect(openKeyring(fresh).open(moved, aad).reveal()).toBe("sk");
  expect(() => openKeyring(old).open(moved, aad)).toThrow(expect.objectContaining({ code: "SEALED" }));
});

test("keys are exchanged while in use: the newest seals, and what was opened before goes on opening", () => {
  const old = `k1:${keyText()}`;
  const fresh = `k2:${keyText()}`;
  const keys = holdKeys(old);
  const box = createSecretBox(keys);
  const before = box.seal("before", aad);
  const unopened = box.seal("unopened", aad);
  expect(box.open(before, aad).reveal()).toBe("before");

  keys.reload(`${fresh},${old}`);
  expect(box.currentKeyId).toMatch(/^k2\./);
  expect(box.knows(before.keyId)).toBe(true);
  expect(box.open(before, aad).reveal()).toBe("before");
  const after = box.seal("after", aad);
  expect(after.keyId).toBe(box.currentKeyId);
  expect(openKeyring(fresh).open(after, aad).reveal()).toBe("after");
  expect(openKeyring(fresh).open(box.rewrap(before, aad), aad).reveal()).toBe("before");

  expect(() => keys.reload(`${fresh},k1:short`)).toThrow("NEXUS_ENCRYPTION_KEYS");
  expect(box.open(unopened, aad).reveal()).toBe("unopened");

  keys.reload(fresh);
  expect(box.knows(before.keyId)).toBe(false);
  expect(box.open(before, aad).reveal()).toBe("before");
  expect(() => box.open({ ...before }, aad)).toThrow(expect.objectContaining({ code: "SEALED" }));
});

test.each([
  "k1",
  "k1:short",
  `:${"A".repeat(44)}`,
  `k1:${Buffer.alloc(32).toString("base64")}`,
  `k1:${randomBytes(33).toString("base64")}`,
  `k1:${keyText()},`,
])("refuses the configuration %#", (config) => {
  expect(() => openKeyring(config)).toThrow("NEXUS_ENCRYPTION_KEYS");
});

test("a refused configuration does not repeat the key", () => {
  const key = `${keyText().slice(0, 40)}!!!!`;
  expect(() => openKeyring(`k1:${key}`)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(key.slice(0, 10)) }),
  );
});
