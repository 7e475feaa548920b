import { expect, it } from "vitest";
import { replyHeadersOf } from "./reply-headers.ts";

it.each(["gpt-4o", "mod\u00e8le", "a\r\nset-cookie: x=1", "\ud83d\ude00", "\ud83d", "a\0b"])(
  "a model that a vendor calls %j is one line of ASCII",
  (model) => {
    const start = { operationId: "op", vendor: "own", model, credentialTier: "byok" } as const;
    const { "x-nexus-model": told } = replyHeadersOf({ start }, "req_1");
    expect(told).toMatch(/^[\x20-\x7e]+$/);
    expect(() => new Headers({ "x-nexus-model": told ?? "" })).not.toThrow();
  },
);
