import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from "../../../test/software-authenticator.ts";
import type { CeremonyOptions } from "../../../test/passkey-ceremonies.ts";

const issuer = "https://auth.topolo.app";
const app = "https://console.topolo.app";
const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus" };

let auth: TestAuth;
let user: TestUser;
let authenticator: SoftwareAuthenticator;

beforeAll(async () => {
  auth = await startTestAuth({
    publicUrl: issuer,
    rpId: "topolo.app",
    allowedOrigins: [
      { origin: app, serviceId: "srv_nexus" },
      { origin: "https://console.example.com", serviceId: "srv_nexus" },
      { origin: "https://partner.topolo.app", serviceId: "srv_partner" },
    ],
  });
  user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const asked = await auth.call("POST", "/passkeys/register/options", { bearer: token, body: {} });
  const { challengeId, options } = asked.body as unknown as CeremonyOptions;
  expect(options.rp.id).toBe("topolo.app");
  authenticator = createSoftwareAuthenticator({ origin: issuer });
  const body = { challengeId, response: authenticator.create(options), name: "Key" };
  expect((await auth.call("POST", "/passkeys/register/verify", { bearer: token, body })).status).toBe(201);
});
afterAll(() => auth.close());

const signInFrom = async (origin: string): Promise<number> => {
  const asked = await auth.call("POST", "/passkeys/authenticate/options", { body: {}, headers });
  const { challengeId, options } = asked.body as unknown as CeremonyOptions;
  const body = { challengeId, response: authenticator.get(options, { origin }) };
  const { status, body: answer } = await auth.call("POST", "/passkeys/authenticate/verify", { body, headers });
  if (status === 200) expect(textOf(answer, "serviceId")).toBe("srv_nexus");
  return status;
};

test.each([issuer, app])("a passkey works at %s", async (origin) => {
  expect(await signInFrom(origin)).toBe(200);
});

test.each([
  ["an allowed origin outside the domain", "https://console.example.com"],
  ["a subdomain that is not allowed", "https://forgotten.topolo.app"],
  ["an app that is not first-party", "https://partner.topolo.app"],
  ["plain http", "http://console.topolo.app"],
  ["another port", "https://console.topolo.app:8443"],
  ["a look-alike", "https://console.topolo.app.evil.com"],
  ["another spelling", "https://CONSOLE.topolo.app"],
  ["a trailing slash", "https://console.topolo.app/"],
  ["no origin", "null"],
  ["the domain of the machine", "http://localhost:3000"],
])("CORS/CSRF: a passkey does not work at %s", async (_, origin) => {
  expect(await signInFrom(origin)).toBe(401);
});
