import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { defaultPasswordCost } from "../crypto/password-hasher.ts";

let auth: TestAuth;
const nexus = { "x-service-id": "srv_nexus" };

beforeAll(async () => {
  // What one measures here is that work.
  auth = await startTestAuth({ passwordCost: defaultPasswordCost });
});
afterAll(() => auth.close());

const attempt = (email: string, password: string) =>
  auth.call("POST", "/login", { body: { email, password }, headers: nexus });

test("sign-in answers who is signed in and sets an http-only cookie [D1]", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { status, body, headers } = await attempt(user.email.toUpperCase(), user.password);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    tokenType: "Bearer",
    expiresIn: 600,
    serviceId: "srv_nexus",
    role: "owner",
    platformBypass: false,
    user: { id: user.id, email: user.email },
    organization: { id: "org_topolo", slug: "topolo", status: "active" },
  });
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^topolo_session=[A-Za-z0-9_-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  expect(headers.get("cache-control")).toBe("no-store");
  const { rows } = await auth.pool.query("select action, outcome, target from auth.audit_events where actor_id = $1", [
    user.id,
  ]);
  expect(rows).toEqual([{ action: "session.start", outcome: "success", target: body.sessionId }]);
});

test("known and unknown addresses get the same answer after the same work", async () => {
  const user = await auth.addUser({ role: "member" });
  const timed = async (email: string) => {
    const startedAt = performance.now();
    const { status, body, headers } = await attempt(email, "wrong password");
    return { answer: { status, body, names: [...headers.keys()].sort() }, ms: performance.now() - startedAt };
  };
  await timed("warm-up@example.com");
  // In turn, so that what else the machine does weighs on both alike.
  const pairs: Record<"known" | "unknown", Awaited<ReturnType<typeof timed>>>[] = [];
  for (const name of ["a", "b", "c", "d"])
    pairs.push({ known: await timed(user.email), unknown: await timed(`${name}@example.com`) });
  for (const { known, unknown } of pairs) expect(unknown.answer).toEqual(known.answer);
  expect(pairs[0]?.known.answer).toMatchObject({ status: 401, body: { error: { code: "invalid_credentials" } } });
  const fastest = (kind: "known" | "unknown") => Math.min(...pairs.map((pair) => pair[kind].ms));
  expect(fastest("unknown")).toBeGreaterThan(fastest("known") / 4);
  expect(fastest("known")).toBeGreaterThan(fastest("unknown") / 4);
});

test("ten failures in a row lock the address for fifteen minutes, whether or not it exists, and end no session", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  for (const email of [user.email, "nobody@example.com"]) {
    for (let count = 0; count < 10; count += 1) expect((await attempt(email, "wrong password")).status).toBe(401);
    const blocked = await attempt(email, user.password);
    expect(blocked).toMatchObject({ status: 429, body: { error: { code: "too_many_attempts" } } });
    expect(Number(blocked.headers.get("retry-after"))).toBeGreaterThan(800);
  }
  expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(200);
  auth.clock.advance(15 * 60_000 + 1_000);
  expect((await attempt(user.email, user.password)).status).toBe(200);
});

test("twenty parallel guesses share one limit of ten", async () => {
  const user = await auth.addUser({ role: "member" });
  const statuses = await Promise.all(
    Array.from({ length: 20 }, () => attempt(user.email, "wrong password").then(({ status }) => status)),
  );
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
});

test("a success resets the count", async () => {
  const user = await auth.addUser({ role: "member" });
  for (let round = 0; round < 2; round += 1) {
    for (let count = 0; count < 9; count += 1) await attempt(user.email, "wrong password");
    expect((await attempt(user.email, user.password)).status).toBe(200);
  }
});

test("each network address has a limit of its own, which X-Forwarded-For does not change", async () => {
  const strict = await startTestAuth({ limits: { perAddressPerMinute: 3 } });
  try {
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const headers = { ...nexus, "x-forwarded-for": `203.0.113.${count}` };
      statuses.push(
        (
          await strict.call("POST", "/login", {
            body: { email: `u${count}@example.com`, password: "wrong password" },
            headers,
          })
        ).status,
      );
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  } finally {
    await strict.close();
  }
});

test("a new sign-in ends the browser's previous session", async () => {
  const user = await auth.addUser({ role: "member" });
  const first = await auth.login(user);
  const second = await auth.call("POST", "/login", {
    body: { email: user.email, password: user.password },
    headers: nexus,
    cookie: first.cookie,
  });
  expect(second.status).toBe(200);
  expect((await auth.call("GET", "/validate", { bearer: first.token })).body).toEqual({
    valid: false,
    error: "session_revoked",
  });
});

test.each(["suspended", "locked"])(
  "an account that is %s learns so with the right password only, and the attempt is written down [X6]",
  async (status) => {
    const user = await auth.addUser({ role: "member" });
    await auth.pool.query("update auth.users set status = $2 where id = $1", [user.id, status]);
    expect(await attempt(user.email, user.password)).toMatchObject({
      status: 403,
      body: { error: { code: "account_suspended" } },
    });
    expect(await attempt(user.email, "wrong password")).toMatchObject({ status: 401 });
    const { rows } = await auth.pool.query(
      "select outcome, details->>'status' as status from auth.audit_events where target = $1 order by id",
      [user.id],
    );
    expect(rows).toEqual([
      { outcome: "denied", status },
      { outcome: "failure", status: null },
    ]);
  },
);

test.each([
  ["an unknown field", { role: "owner" }, "role"],
  ["an inherited name", { constructor: {} }, "constructor"],
  ["two addresses", { email: "a@b.c@example.com" }, "email"],
  ["a full-width @", { email: "a＠example.com" }, "email"],
  ["an address list", { email: "a@example.com,b@example.com" }, "email"],
  ["an address with a line break", { email: "a@example.com\r\nx" }, "email"],
  ["a number for a password", { password: 12345678 }, "password"],
])("%s is refused by name", async (_, extra, field) => {
  const { status, body } = await auth.call("POST", "/login", {
    body: { email: "a@example.com", password: "some password", ...extra },
    headers: nexus,
  });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: "invalid_request", issues: [{ field }] } });
});

test("bodies are JSON, bounded and plain", async () => {
  const send = (body: string, headers: Record<string, string>) =>
    auth.call("POST", "/login", { body, headers: { ...nexus, ...headers } });
  expect((await send("email=a", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
  expect((await send("{}", { "content-type": "text/plain" })).status).toBe(415);
  expect((await send("{}", { "content-type": "application/json", "content-encoding": "gzip" })).status).toBe(415);
  expect((await send("{", {})).status).toBe(400);
  expect((await send(JSON.stringify({ email: "a@example.com", password: "x".repeat(70_000) }), {})).status).toBe(413);
});

test("a sign-in names its service, and a page of another origin is refused", async () => {
  const user = await auth.addUser({ role: "member" });
  const body = { email: user.email, password: user.password };
  expect((await auth.call("POST", "/login", { body })).body).toMatchObject({ error: { code: "service_required" } });
  expect((await auth.call("POST", "/login", { body, headers: { "x-service-id": "srv_none" } })).body).toMatchObject({
    error: { code: "unknown_service" },
  });
  const foreign = await auth.call("POST", "/login", { body, headers: { ...nexus, origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  const bound = await auth.call("POST", "/login", { body, headers: { origin: "http://localhost:3000" } });
  expect(textOf(bound.body, "serviceId")).toBe("srv_nexus");
});
