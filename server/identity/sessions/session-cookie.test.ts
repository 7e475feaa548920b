import { expect, test } from "vitest";
import { startTestAuth } from "../../../test/auth-server.ts";
import { sessionCookie } from "./session-cookie.ts";

test("the cookie is Lax under its host name; for other sites only where an operator asks for it [X13]", () => {
  expect(sessionCookie({ secureCookies: true }).set("v", 1_000)).toBe(
    "__Host-topolo_session=v; Max-Age=1; Path=/; HttpOnly; SameSite=Lax; Secure",
  );
  expect(sessionCookie({ secureCookies: true, crossSiteCookies: true }).set("v", 1_000)).toBe(
    "__Host-topolo_session=v; Max-Age=1; Path=/; HttpOnly; SameSite=None; Secure",
  );
  expect(sessionCookie({ secureCookies: false }).clear).toBe(
    "topolo_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
  );
});

test("cookies for other sites are refused over plain http [X13]", async () => {
  await expect(startTestAuth({ crossSiteCookies: true })).rejects.toThrow("need https");
});

test("what answers GET answers HEAD, without a body", async () => {
  const auth = await startTestAuth();
  try {
    const { status, headers } = await fetch(`${auth.url}/health`, { method: "HEAD" });
    expect([status, headers.get("content-length")]).toEqual([200, "15"]);
    expect((await fetch(`${auth.url}/login`, { method: "HEAD" })).status).toBe(405);
    expect((await fetch(`${auth.url}/sso/handoff`, { method: "HEAD" })).status).toBe(404);
  } finally {
    await auth.close();
  }
});
