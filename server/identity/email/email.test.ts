import { afterAll, beforeAll, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { defaultPasswordCost } from "../crypto/password-hasher.ts";
import { nexusServiceHeader } from "../../../test/second-factor.ts";

let auth: TestAuth;

beforeAll(async () => {
  // What one measures here is that work.
  auth = await startTestAuth({ passwordCost: defaultPasswordCost });
});
afterAll(() => auth.close());

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const password = "a very plain test sentence";

const register = (email: string, extra: Record<string, unknown> = {}) =>
  auth.call("POST", "/register", { body: { email, password, ...extra } });
const login = (email: string, secret = password) =>
  auth.call("POST", "/login", { body: { email, password: secret }, headers: nexusServiceHeader });
const verify = (token: string, secret = password) =>
  auth.call("POST", "/email/verify", { body: { token, password: secret } });
const confirm = (token: string, secret = password) =>
  auth.call("POST", "/email/change/confirm", { body: { token, password: secret } });
const resend = (email: string) => auth.call("POST", "/email/verify/resend", { body: { email } });

const mailsTo = async (email: string) => {
  await auth.mails.settled();
  return auth.mails.all.filter(({ to }) => to === email);
};

test("a workspace makes its first key only after its owner's address was verified [X22, F3]", async () => {
  const email = "dev@example.com";
  await register(email, { developerWorkspace: true, createOrganization: true });
  const { body } = await login(email);
  const bearer = textOf(body, "accessToken");
  const create = () =>
    auth.call("POST", "/api/api-keys", { bearer, body: { name: "first", scopes: ["srv_nexus.ai"] } });
  expect(await create()).toMatchObject(codeIs("email_unverified", 403));
  const token = secretIn(await auth.mails.to(email, { about: "#token=" }));
  expect(await verify(token)).toMatchObject({ status: 200, body: { verified: true } });
  expect((await create()).status).toBe(201);
  expect(await verify(token)).toMatchObject(codeIs("link_invalid", 400));
  expect((await auth.call("GET", "/api/me", { bearer })).body).toMatchObject({ user: { emailVerified: true } });
});

test("registering a known address takes the same work and gets the same answer; only its mailbox learns the difference", async () => {
  const user = await auth.addUser();
  const stamped = async (email: string) => {
    const count = async () => {
      const { rows } = await auth.pool.query(
        `select (select count(*)::int from auth.verification_tokens) as links, (select count(*)::int from auth.mail_outbox) as mails,
           (select count(*)::int from auth.audit_events) as events`,
      );
      return rows[0] as Record<"links" | "mails" | "events", number>;
    };
    // What the test before changed is still being told to its people.
    await auth.mails.settled();
    const before = await count();
    const startedAt = performance.now();
    const { status, body, headers } = await register(email, { developerWorkspace: true, createOrganization: true });
    const ms = performance.now() - startedAt;
    const after = await count();
    return {
      answer: { status, body, names: [...headers.keys()].sort() },
      written: {
        links: after.links - before.links,
        mails: after.mails - before.mails,
        events: after.events - before.events,
      },
      ms,
    };
  };
  await stamped("warm-up@example.com");
  // In turn, so that what else the machine does weighs on both alike.
  const pairs: Record<"known" | "unknown", Awaited<ReturnType<typeof stamped>>>[] = [];
  for (let pair = 0; pair < 6; pair += 1)
    pairs.push({ known: await stamped((await auth.addUser()).email), unknown: await stamped(`n${pair}@example.com`) });
  for (const { known, unknown } of pairs) {
    expect(known.answer).toMatchObject({ status: 202, body: { accepted: true } });
    expect(unknown.answer).toEqual(known.answer);
    expect(unknown.written).toEqual(known.written);
  }
  const fastest = (kind: "known" | "unknown") => Math.min(...pairs.map((pair) => pair[kind].ms));
  expect(fastest("unknown")).toBeGreaterThan(fastest("known") / 3);
  expect(fastest("known")).toBeGreaterThan(fastest("unknown") / 3);
  await stamped(user.email);
  expect((await mailsTo(user.email)).map(({ subject }) => subject)).toEqual(["You already have an account"]);
  expect((await mailsTo("n1@example.com")).map(({ subject }) => subject)).toEqual(["Confirm your e-mail address"]);
  const { rows } = await auth.pool.query(
    "select (select count(*)::int from auth.users where email like '%@invalid') as users, (select count(*)::int from auth.organizations o where not exists (select from auth.organization_memberships m where m.organization_id = o.id) and o.kind = 'developer_workspace') as orphans",
  );
  expect(rows).toEqual([{ users: 0, orphans: 0 }]);
});

test("an address takes five registrations an hour, known or not [X22]", async () => {
  const user = await auth.addUser();
  for (const email of [user.email, "often@example.com"]) {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await register(email)).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  }
});

test("of five parallel registrations of one address one makes the account", async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      register("racer@example.com", { password: `a sentence of number ${index}` }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const { rows } = await auth.pool.query(
    "select count(*)::int as users from auth.users where email = 'racer@example.com'",
  );
  expect(rows).toEqual([{ users: 1 }]);
});

test("a resend answers everyone alike and mails only unverified accounts", async () => {
  await register("wait@example.com");
  const verified = await auth.addUser();
  const first = secretIn(await auth.mails.to("wait@example.com", { about: "#token=" }));
  const answers = [await resend("wait@example.com"), await resend(verified.email), await resend("nobody@example.com")];
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
    answers.map(() => ({ status: 202, body: { accepted: true } })),
  );
  expect(await mailsTo("wait@example.com")).toHaveLength(2);
  expect(await mailsTo(verified.email)).toEqual([]);
  expect(await mailsTo("nobody@example.com")).toEqual([]);
  // The earlier link works still; with it the later one ends.
  const second = secretIn(await auth.mails.to("wait@example.com", { after: 1, about: "#token=" }));
  expect((await verify(first)).status).toBe(200);
  expect(await verify(second)).toMatchObject(codeIs("link_invalid", 400));
});

test("a verification link does not work after a day, for another purpose or for another address", async () => {
  await register("late@example.com");
  const late = secretIn(await auth.mails.to("late@example.com", { about: "#token=" }));
  expect(
    await auth.call("POST", "/password/reset", { body: { token: late, password: "a new sentence now" } }),
  ).toMatchObject(codeIs("link_invalid", 400));
  expect(await confirm(late)).toMatchObject(codeIs("link_invalid", 400));
  auth.clock.advance(24 * 3_600_000 + 1_000);
  expect(await verify(late)).toMatchObject(codeIs("link_invalid", 400));
  expect(await verify("A".repeat(43))).toMatchObject(codeIs("link_invalid", 400));
  expect((await verify("short")).status).toBe(400);
});

const changing = async (to: string) => {
  const user = await auth.addUser({ role: "member" });
  const session = await auth.login(user);
  const asked = await auth.call("POST", "/api/me/email", {
    bearer: session.token,
    body: { email: to, password: user.password },
  });
  expect(asked).toMatchObject({ status: 202 });
  return { user, ...session };
};

const addressOf = async (userId: string) => {
  const { rows } = await auth.pool.query<{ email: string }>("select email from auth.users where id = $1", [userId]);
  return rows[0]?.email;
};

test.each([
  ["the old one first", ["old", "new"]],
  ["the new one first", ["new", "old"]],
])("an address changes when both have confirmed, %s", async (name, order) => {
  const to = `moved-${name.replaceAll(" ", "-")}@example.com`;
  const { user, token } = await changing(to);
  const secrets = {
    old: secretIn(await auth.mails.to(user.email, { about: "#change=" }), "change"),
    new: secretIn(await auth.mails.to(to, { about: "#change=" }), "change"),
  };
  const [first, second] = order as ["old" | "new", "old" | "new"];
  expect(await confirm(secrets[first])).toMatchObject({ status: 200, body: { confirmed: true, changed: false } });
  expect(await confirm(secrets[first])).toMatchObject(codeIs("link_invalid", 400));
  expect(await addressOf(user.id)).toBe(user.email);
  expect(await confirm(secrets[second])).toMatchObject({ status: 200, body: { confirmed: true, changed: true } });
  expect(await addressOf(user.id)).toBe(to);
  expect((await login(to, user.password)).status).toBe(200);
  expect((await login(user.email, user.password)).status).toBe(401);
  for (const address of [user.email, to])
    expect(
      (await auth.mails.to(address, { after: 1, about: "The e-mail address of your account was changed" })).subject,
    ).toBe("The e-mail address of your account was changed");
  expect((await auth.mails.to(user.email, { about: `is ${to} now` })).to).toBe(user.email);
  expect((await auth.mails.to(to, { about: "http://localhost:3001/ways-in" })).text).toContain(
    "http://localhost:3001/ways-in",
  );
  expect((await auth.call("GET", "/api/me", { bearer: token })).body).toMatchObject({
    user: { email: to, emailVerified: true },
  });
});

test("both addresses confirm at once, and the change is made", async () => {
  for (let round = 0; round < 5; round += 1) {
    const to = `both-${round}@example.com`;
    const { user } = await changing(to);
    const secrets = [
      secretIn(await auth.mails.to(user.email, { about: "#change=" }), "change"),
      secretIn(await auth.mails.to(to, { about: "#change=" }), "change"),
    ];
    const answers = await Promise.all(secrets.map((secret) => confirm(secret)));
    expect(answers.filter(({ body }) => body["changed"] === true)).toHaveLength(1);
    expect(answers.filter(({ body }) => body["changed"] === false)).toHaveLength(1);
    expect(await addressOf(user.id)).toBe(to);
  }
});

test("a change needs the password, and a newer one ends the older", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const ask = (body: Record<string, unknown>) => auth.call("POST", "/api/me/email", { bearer: token, body });
  expect(await ask({ email: "x@example.com" })).toMatchObject(codeIs("invalid_request", 400));
  expect(await ask({ email: "x@example.com", password: "not it at all" })).toMatchObject(
    codeIs("invalid_credentials", 401),
  );
  expect(await ask({ email: user.email, password: user.password })).toMatchObject(codeIs("invalid_request", 400));
  await ask({ email: "first@example.com", password: user.password });
  const stale = secretIn(await auth.mails.to("first@example.com", { about: "#change=" }), "change");
  await ask({ email: "second@example.com", password: user.password });
  expect(await confirm(stale)).toMatchObject(codeIs("link_invalid", 400));
  expect(await addressOf(user.id)).toBe(user.email);
});

test("changing to a taken address gets the same answer, and only its owner learns of it", async () => {
  const owner = await auth.addUser();
  const { user } = await changing(owner.email);
  expect((await auth.mails.to(owner.email, { about: "This address already has an account" })).subject).toBe(
    "This address already has an account",
  );
  const old = secretIn(await auth.mails.to(user.email, { about: "#change=" }), "change");
  expect(await confirm(old)).toMatchObject({ body: { changed: false } });
  expect(await addressOf(user.id)).toBe(user.email);
});

test("an address that was taken while the change waited stays its owner's", async () => {
  const to = "contested@example.com";
  const { user } = await changing(to);
  const secrets = [
    secretIn(await auth.mails.to(user.email, { about: "#change=" }), "change"),
    secretIn(await auth.mails.to(to, { about: "#change=" }), "change"),
  ];
  await register(to);
  expect((await confirm(secrets[0] ?? "")).status).toBe(200);
  expect(await confirm(secrets[1] ?? "")).toMatchObject(codeIs("link_invalid", 400));
  expect(await addressOf(user.id)).toBe(user.email);
});

test.each(["ann＠example.com", "ann﹫example.com", "ann@b＠example.com"])(
  "homoglyph @ in %s is no address anywhere",
  async (email) => {
    const user = await auth.addUser();
    const { token } = await auth.login(user);
    const answers = [
      await auth.call("POST", "/register", { body: { email, password } }),
      await auth.call("POST", "/password/forgot", { body: { email } }),
      await resend(email),
      await login(email),
      await auth.call("POST", "/api/me/email", { bearer: token, body: { email, password: user.password } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  },
);

test("look-alike spellings of an address are one account", async () => {
  await register("look@example.com");
  await register("ＬＯＯＫ@example.com", { password: "the impostor's sentence" });
  const { rows } = await auth.pool.query("select email from auth.users where email like 'look@%'");
  expect(rows).toEqual([{ email: "look@example.com" }]);
  expect((await login("LOOK@EXAMPLE.COM")).status).toBe(200);
});

test("where accounts need an invitation, a registration without one gets the same answer and makes none", async () => {
  const closed = await startTestAuth({ registration: "invitation" });
  try {
    await closed.pool.query(
      `insert into auth.organization_invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
       values ('inv_1', 'org_topolo', 'guest@example.com', 'member', decode(repeat('ab', 32), 'hex'), 'usr_x', now() + interval '1 day')`,
    );
    for (const email of ["guest@example.com", "stranger@example.com"])
      expect(await closed.call("POST", "/register", { body: { email, password } })).toMatchObject({
        status: 202,
        body: { accepted: true },
      });
    const { rows } = await closed.pool.query("select email from auth.users");
    expect(rows).toEqual([{ email: "guest@example.com" }]);
    await closed.mails.settled();
    expect(closed.mails.all.map(({ to }) => to)).toEqual(["guest@example.com"]);
    expect((await closed.call("GET", "/sign-in/options")).body).toMatchObject({ registration: false });
  } finally {
    await closed.close();
  }
});

test("user-supplied text does not get into e-mail", async () => {
  await register("named@example.com", { name: "Click http://evil.example" });
  const { text, html } = await auth.mails.to("named@example.com");
  expect(text + html).not.toContain("evil.example");
});
