import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxToken, testSecrets } from "../../../sandbox/turnstile/siteverify.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox.ts";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { systemClock } from "../../platform/clock.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createTurnstile, type TurnstileSettings } from "../intake/turnstile.ts";

const siteKey = "1x00000000000000000000AA";
let sandbox: Sandbox;
let auth: TestAuth;

const settings = (over: Partial<TurnstileSettings> = {}): { readonly turnstile: TurnstileSettings } => ({
  turnstile: {
    secretKey: testSecrets.passes,
    siteKey,
    hostnames: ["localhost"],
    siteverifyUrl: `${sandbox.url}/turnstile/v0/siteverify`,
    timeoutMs: 500,
    ...over,
  },
});

beforeAll(async () => {
  sandbox = await startSandbox();
  auth = await startTestAuth(settings());
});
afterAll(async () => {
  await auth.close();
  await sandbox.close();
});

const pass = (extra: Partial<Parameters<typeof sandboxToken>[1]> = {}, action = "register") =>
  sandboxToken(action, { nonce: randomUUID(), ...extra });
const send = async (extra: Readonly<Record<string, unknown>>, to = auth) => {
  const email = `${randomUUID()}@example.com`;
  const answer = await to.call("POST", "/register", {
    body: { email, password: "a very plain test sentence", name: "Ann", ...extra },
  });
  const { rows } = await to.pool.query("select from auth.users where email = $1", [email]);
  return { status: answer.status, body: answer.body, accounts: rows.length };
};
const refusal = (status: number, code: string) => ({ status, body: { error: { code } }, accounts: 0 });

test("a stranger registers with a token of the registration page's widget, once [F2, X23]", async () => {
  const turnstileToken = pass();
  expect(await send({ turnstileToken })).toMatchObject({ status: 202, accounts: 1 });
  expect(await send({ turnstileToken })).toMatchObject(refusal(403, "turnstile_failed"));
  expect(await send({ "cf-turnstile-response": pass() })).toMatchObject({ status: 202, accounts: 1 });
  expect((await auth.call("GET", "/sign-in/options")).body).toMatchObject({ turnstileSiteKey: siteKey });
});

test("nobody registers without one, with a made-up one, or with one of another page or form [X23]", async () => {
  const missing = await send({});
  expect(missing).toMatchObject(refusal(400, "invalid_request"));
  expect(JSON.stringify(missing.body)).toContain("turnstileToken");
  const strange = [
    "made up",
    pass({ verdict: "fail" }),
    pass({ hostname: "evil.example" }),
    pass({}, "developer-apply"),
    pass({}, "app-submission"),
  ];
  for (const turnstileToken of strange)
    expect(await send({ turnstileToken }), turnstileToken).toMatchObject(refusal(403, "turnstile_failed"));
});

test("an invitation does not stand in for it", async () => {
  expect(await send({ invitationToken: "A".repeat(43) })).toMatchObject(refusal(400, "invalid_request"));
});

test("where the check is configured and cannot be asked, nobody registers [X23]", async () => {
  expect(await send({ turnstileToken: pass({ verdict: "outage" }) })).toMatchObject(
    refusal(503, "turnstile_unavailable"),
  );
  for (const over of [
    { secretKey: "" },
    { hostnames: [] },
    { secretKey: "wrong" },
    { siteverifyUrl: "http://127.0.0.1:9/" },
  ]) {
    const broken = createTurnstile({ settings: settings(over).turnstile, clock: systemClock, log: silentLogger });
    expect(broken.siteKey, "registration asks all the same").toBe(siteKey);
    await expect(broken.check(pass(), "register", "127.0.0.1")).rejects.toMatchObject({
      code: "turnstile_unavailable",
    });
    await broken.close();
  }
});

test("without a site key of its own registration does not ask, whatever the other forms do", async () => {
  const { siteKey: none, ...formsAlone } = settings().turnstile;
  expect(none).toBe(siteKey);
  const turnstile = createTurnstile({ settings: formsAlone, clock: systemClock, log: silentLogger });
  expect(turnstile.siteKey).toBeUndefined();
  await turnstile.close();
});
