import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
let configured: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
  configured = await startTestAuth({ adminUrl: "http://localhost:3000" });
});
afterAll(async () => {
  await auth.close();
  await configured.close();
});

test("a signed-in browser is redirected to Topolo Admin, as its manifest or the configuration says [D9, G8]", async () => {
  for (const [target, location] of [
    [auth, "https://admin.topolo.app/security/user"],
    [configured, "http://localhost:3000/security/user"],
  ] as const) {
    const { cookie } = await target.login(await target.addUser({ role: "guest" }));
    const { status, headers } = await target.call("GET", "/settings?return_to=https://evil.example", { cookie });
    expect([status, headers.get("location")]).toEqual([302, location]);
    expect(headers.get("set-cookie")).toBeNull();
    expect(headers.get("content-type")).not.toContain("html");
  }
});

test("a signed-out browser is sent to sign-in, and back [X24]", async () => {
  const { cookie } = await auth.login(await auth.addUser({ role: "guest" }));
  await auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } });
  for (const sent of [{}, { cookie }, { cookie: "topolo_session=short" }, { bearer: "nonsense" }]) {
    const { status, headers } = await auth.call("GET", "/settings", sent);
    expect([status, headers.get("location")]).toEqual([302, "/sign-in?return_to=/settings"]);
  }
});

test("other methods are refused [D9]", async () => {
  const { cookie } = await auth.login(await auth.addUser({ role: "owner" }));
  for (const method of ["POST", "PUT", "PATCH", "DELETE"])
    expect((await auth.call(method, "/settings", { cookie, headers: { "x-topolo-auth": "1" } })).status).toBe(405);
});
