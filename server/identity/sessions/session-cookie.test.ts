import { expect, test } from "vitest";
import { startTestAuth } from "../../../test/auth-server.ts";
import { sessionCookie } from "./session-cookie.ts";

test("the cookie is SameSite=Lax with a __Host- name; SameSite=None only by configuration [X13]", () => {
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

test("SameSite=None is refused over plain http [X13]", async () => {
  await expect(startTestAuth({ crossSiteCookies: true })).rejects.toThrow("need https");
});

test("a GET route answers HEAD without a body", async () => {
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
