import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxToken, testSecrets } from "../../../sandbox/turnstile/siteverify.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox.ts";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createTurnstile } from "./turnstile.ts";

let sandbox: Sandbox;
let auth: TestAuth;

const settings = (siteverifyUrl: string, secretKey: string = testSecrets.passes) => ({
  turnstile: { secretKey, hostnames: ["localhost", "topolo.app"], siteverifyUrl, timeoutMs: 500 },
});

beforeAll(async () => {
  sandbox = await startSandbox();
  auth = await startTestAuth(settings(`${sandbox.url}/turnstile/v0/siteverify`));
});
afterAll(async () => {
  await auth.close();
  await sandbox.close();
});

const forms = {
  "/api/public/developers/apply": {
    action: "developer-apply",
    body: { name: "Ann", useCase: "Weather for boards", website: "https://ann.example.com/", country: "CH" },
  },
  "/api/public/app-submissions": {
    action: "app-submission",
    body: { name: "Ann", appName: "Weather", appUrl: "https://weather.example.com/", description: "Shows the weather" },
  },
} as const;
type Path = keyof typeof forms;
const paths: readonly Path[] = ["/api/public/developers/apply", "/api/public/app-submissions"];

const pass = (path: Path, extra: Parameters<typeof sandboxToken>[1] | object = {}) =>
  sandboxToken(forms[path].action, { nonce: randomUUID(), ...extra });
const mail = () => `${randomUUID()}@example.com`;
const send = (path: Path, extra: Readonly<Record<string, unknown>> = {}, to = auth) =>
  to.call("POST", path, { body: { ...forms[path].body, email: mail(), turnstileToken: pass(path), ...extra } });
const failed = { status: 403, body: { error: { code: "turnstile_failed" } } };
const unavailable = { status: 503, body: { error: { code: "turnstile_unavailable" } } };

test.each(paths)("%s is kept, without the token, under its developer [G1, G2, X23]", async (path) => {
  const email = mail();
  const token = pass(path);
  const sent = await send(path, { email, turnstileToken: token });
  expect(sent).toMatchObject({ status: 202, body: { accepted: true } });
  const { rows } = await auth.pool.query(
    "select s.kind, s.payload, s.status, s.turnstile_hostname as hostname, s.turnstile_action as action, octet_length(s.ip_hash) as hash, d.email, d.status as developer from auth.intake_submissions s join auth.developers d on d.id = s.developer_id where s.id = $1",
    [sent.body.submissionId],
  );
  const { name: _, ...payload } = forms[path].body;
  expect(rows).toEqual([
    {
      kind: path === "/api/public/app-submissions" ? "app_submission" : "developer_application",
      payload,
      status: "received",
      hostname: "localhost",
      action: forms[path].action,
      hash: 32,
      email,
      developer: "pending",
    },
  ]);
  const dump = await auth.pool.query(
    "select row_to_json(s)::text as row from auth.intake_submissions s union all select row_to_json(a)::text from auth.audit_events a union all select row_to_json(r)::text from auth.rate_limits r",
  );
  expect(JSON.stringify(dump.rows)).not.toContain(token);
});

test.each(paths)(
  "%s: a token that is absent, bad, used, of another page or another form does not pass [X23]",
  async (path) => {
    const other = paths.find((one) => one !== path) ?? path;
    expect((await send(path, { turnstileToken: undefined })).status).toBe(400);
    expect((await send(path, { turnstileToken: "x".repeat(2_049) })).status).toBe(400);
    expect((await send(path, { "cf-turnstile-response": pass(path) })).status).toBe(400);
    expect(await send(path, { turnstileToken: "made up" })).toMatchObject(failed);
    expect(await send(path, { turnstileToken: pass(path, { verdict: "fail" }) })).toMatchObject(failed);
    expect(await send(path, { turnstileToken: pass(path, { hostname: "evil.example" }) })).toMatchObject(failed);
    expect(await send(path, { turnstileToken: pass(other) })).toMatchObject(failed);
    const token = pass(path);
    expect((await send(path, { turnstileToken: undefined, "cf-turnstile-response": token })).status).toBe(202);
    expect(await send(path, { turnstileToken: token })).toMatchObject(failed);
  },
);

test("of twenty parallel uses of one token one passes [X23]", async () => {
  const token = pass("/api/public/app-submissions");
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => send("/api/public/app-submissions", { turnstileToken: token })),
  );
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(19);
});

test("without a secret, without host names, or with a refused secret nobody passes [X23]", async () => {
  const url = `${sandbox.url}/turnstile/v0/siteverify`;
  for (const closed of [
    undefined,
    { secretKey: "", hostnames: ["localhost"], siteverifyUrl: url },
    { secretKey: testSecrets.passes, hostnames: [], siteverifyUrl: url },
    { secretKey: "wrong", hostnames: ["localhost"], siteverifyUrl: url },
    { secretKey: testSecrets.passes, hostnames: ["localhost"], siteverifyUrl: "http://127.0.0.1:1/siteverify" },
  ]) {
    const turnstile = createTurnstile({ settings: closed, clock: auth.clock, log: silentLogger });
    await expect(
      turnstile.check(pass(paths[0] ?? "/api/public/app-submissions"), "developer-apply", "127.0.0.1"),
    ).rejects.toMatchObject({
      code: "turnstile_unavailable",
    });
    await turnstile.close();
  }
});

test("any outage of the robot check is 503, and the token can be tried again [X23]", async () => {
  let answer: { status: number; type: string; body: string } | "hang" | "redirect" = "hang";
  const vendor = createServer((request, response) => {
    if (answer === "hang") return;
    request.resume();
    if (answer === "redirect") response.writeHead(302, { location: `${sandbox.url}/turnstile/v0/siteverify` }).end();
    else response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const { port } = vendor.address() as AddressInfo;
  const leaning = await startTestAuth(settings(`http://127.0.0.1:${port}/siteverify`));
  const json = (body: unknown, status = 200) => ({ status, type: "application/json", body: JSON.stringify(body) });
  const token = pass("/api/public/developers/apply");
  const ask = () => send("/api/public/developers/apply", { turnstileToken: token }, leaning);
  try {
    for (answer of [
      "hang",
      "redirect",
      json({ success: true }, 500),
      { status: 200, type: "text/html", body: "<html>" },
      json({}),
      json({ success: "true", hostname: "localhost", action: "developer-apply" }),
      json({ success: false, "error-codes": ["internal-error"] }),
    ] as const)
      expect(await ask()).toMatchObject(unavailable);
    answer = json({ success: true, hostname: "localhost", action: "developer-apply" });
    expect((await ask()).status).toBe(202);
    expect(await ask()).toMatchObject(failed);
    answer = json({ success: true, action: "developer-apply" });
    expect(await send("/api/public/developers/apply", {}, leaning)).toMatchObject(failed);
    answer = json({ success: true, hostname: "localhost" });
    expect(await send("/api/public/developers/apply", {}, leaning)).toMatchObject(failed);
  } finally {
    await leaning.close();
    vendor.closeAllConnections();
    await new Promise((resolve) => vendor.close(resolve));
  }
});

test.each([
  ["an unknown field", { status: "approved" }],
  ["another organization", { organizationId: "org_admin" }],
  ["no address", { email: "nobody" }],
  ["plain http", { website: "http://ann.example.com/", appUrl: "http://weather.example.com/" }],
  ["a script", { website: "javascript:alert(1)", appUrl: "javascript:alert(1)" }],
  ["too much", { useCase: "x".repeat(4_001), description: "x".repeat(4_001) }],
])("%s is refused before the token is spent [G1, G2]", async (_, extra) => {
  for (const path of paths) {
    const token = pass(path);
    expect((await send(path, { ...extra, turnstileToken: token })).status).toBe(400);
    expect((await send(path, { turnstileToken: token })).status).toBe(202);
  }
});

test("an address gets the same answer whether it is known or not, and five forms an hour [G1]", async () => {
  const email = mail();
  for (let count = 0; count < 5; count += 1)
    expect(await send("/api/public/developers/apply", { email })).toMatchObject({
      status: 202,
      body: { accepted: true },
    });
  const sixth = await send("/api/public/developers/apply", { email });
  expect(sixth).toMatchObject({ status: 429, body: { error: { code: "too_many_attempts" } } });
  expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(0);
  const { rows } = await auth.pool.query("select count(*)::int as count from auth.developers where email = $1", [
    email,
  ]);
  expect(rows).toEqual([{ count: 1 }]);
});

test("forms come from allowed origins, as JSON, not too often from one address, and not unchecked [G1, G2]", async () => {
  const strict = await startTestAuth({ limits: { perAddressPerMinute: 4 } });
  try {
    const call = (headers: Record<string, string>) =>
      strict.call("POST", "/api/public/developers/apply", { body: {}, headers });
    expect((await call({ origin: "https://evil.example" })).status).toBe(403);
    expect((await call({ "content-type": "text/plain" })).status).toBe(415);
    for (const path of paths) expect(await send(path, {}, strict)).toMatchObject(unavailable);
    expect((await call({})).status).toBe(429);
  } finally {
    await strict.close();
  }
});
