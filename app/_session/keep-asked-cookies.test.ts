import { expect, test } from "vitest";
import { keepAskedCookies } from "./keep-asked-cookies.ts";

const csrf = "__Host-next-auth.csrf-token=a%7Cb; Path=/; HttpOnly; Secure; SameSite=Lax";
const plainCsrf = "next-auth.csrf-token=a%7Cb; Path=/; HttpOnly; SameSite=Lax";
const callback = "__Secure-next-auth.callback-url=http%3A%2F%2Flocalhost%3A3000; Path=/; HttpOnly";
const session = "next-auth.session-token=sealed; Path=/; Expires=Sun, 29 Nov 2026 22:00:00 GMT; HttpOnly";

const answer = (): Response => {
  const response = Response.json({ kept: true }, { status: 201, headers: { "Cache-Control": "no-store" } });
  for (const cookie of [csrf, plainCsrf, callback, session]) response.headers.append("Set-Cookie", cookie);
  return response;
};

test.each<[string | undefined, readonly string[]]>([
  ["csrf", [csrf, plainCsrf, session]],
  ["session", [session]],
  ["providers", [session]],
  ["signin", [callback, session]],
  ["callback", [callback, session]],
  ["signout", [callback, session]],
  [undefined, [session]],
])("an answer to %s brings the cookies that it is about, and all else of it", async (action, expected) => {
  const kept = keepAskedCookies(action, answer());
  expect(kept.headers.getSetCookie()).toEqual(expected);
  expect(kept.status).toBe(201);
  expect(kept.headers.get("Cache-Control")).toBe("no-store");
  expect(await kept.json()).toEqual({ kept: true });
});
