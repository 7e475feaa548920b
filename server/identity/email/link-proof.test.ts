import { afterAll, beforeAll, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { nexusServiceHeader } from "../../../test/second-factor.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const password = "a very plain test sentence";
const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const page = { origin: "http://localhost:3001", "x-topolo-auth": "1" };

let people = 0;
/** Somebody who registered and got the mail. */
const registered = async () => {
  people += 1;
  const email = `newcomer-${people}@example.com`;
  await auth.call("POST", "/register", { body: { email, password } });
  return { email, token: secretIn(await auth.mails.to(email, { about: "#token=" })) };
};

/** Somebody who asked for another address, with both links. */
const moving = async () => {
  people += 1;
  const to = `moved-${people}@example.com`;
  const user = await auth.addUser({ role: "member" });
  const session = await auth.login(user);
  const body = { email: to, password: user.password };
  await auth.call("POST", "/api/me/email", { bearer: session.token, body });
  const linkTo = async (email: string) => secretIn(await auth.mails.to(email, { about: "#change=" }), "change");
  return { user, to, ...session, links: { old: await linkTo(user.email), new: await linkTo(to) } };
};

const preview = (token: string) => auth.call("POST", "/email/links/preview", { body: { token } });

test("a link says what it is about and what has to be shown beside it, and stays as it is", async () => {
  const { email, token } = await registered();
  const { to, user, links } = await moving();
  for (let opened = 0; opened < 3; opened += 1) {
    expect((await preview(token)).body).toEqual({ purpose: "verify", email, proof: "password" });
    for (const side of ["old", "new"] as const) {
      const { body } = await preview(links[side]);
      expect(body).toEqual({ purpose: "change", email: to, side, proof: "password" });
      expect(JSON.stringify(body)).not.toContain(user.email);
    }
  }
  expect(await preview("A".repeat(43))).toMatchObject(codeIs("link_invalid", 400));
  expect((await auth.call("POST", "/email/verify", { body: { token, password } })).status).toBe(200);
});

test("a link alone, as a mail scanner opens and posts it, confirms nothing", async () => {
  const { email, token } = await registered();
  const { user, links } = await moving();
  const tries: readonly (readonly [string, Record<string, unknown>])[] = [
    ["/email/verify", { token }],
    ["/email/change/confirm", { token: links.old }],
    ["/email/change/confirm", { token: links.new }],
  ];
  for (const [path, body] of tries) {
    expect(await auth.call("POST", path, { body })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", issues: [{ field: "password" }] } },
    });
    for (const wrong of ["not the password", "", password.toUpperCase()])
      expect((await auth.call("POST", path, { body: { ...body, password: wrong } })).status).toBeGreaterThanOrEqual(
        400,
      );
  }
  const { rows } = await auth.pool.query(
    "select email, email_verified_at is not null as verified from auth.users where email = any($1) order by verified",
    [[email, user.email]],
  );
  expect(rows).toEqual([
    { email, verified: false },
    { email: user.email, verified: true },
  ]);
});

test("ten wrong passwords rest the link, and the right one is refused meanwhile", async () => {
  const { token } = await registered();
  const verify = (secret: string) => auth.call("POST", "/email/verify", { body: { token, password: secret } });
  for (let count = 0; count < 10; count += 1) expect((await verify(`wrong ${count}`)).status).toBe(401);
  expect(await verify(password)).toMatchObject(codeIs("too_many_attempts", 429));
});

test("a password that was replaced while the link was being shown does not count", async () => {
  const { email, token } = await registered();
  await auth.call("POST", "/password/forgot", { body: { email } });
  const reset = secretIn(await auth.mails.to(email, { after: 1, about: "#token=" }));
  const answers = await Promise.all([
    auth.call("POST", "/password/reset", { body: { token: reset, password: "an entirely new sentence" } }),
    ...Array.from({ length: 5 }, () => auth.call("POST", "/email/verify", { body: { token, password } })),
  ]);
  expect(answers[0]?.status).toBe(200);
  const signIn = await auth.call("POST", "/login", {
    body: { email, password: "an entirely new sentence" },
    headers: nexusServiceHeader,
  });
  expect(signIn).toMatchObject({ status: 200, body: { user: { emailVerified: true } } });
});

test("an account without a password confirms by a recent sign-in in the same browser, and by nobody else's", async () => {
  const { user, cookie, to, links } = await moving();
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [user.id]);
  expect((await preview(links.new)).body).toMatchObject({ proof: "sign_in" });
  const confirm = (token: string, as?: string, body: object = {}) =>
    auth.call("POST", "/email/change/confirm", {
      body: { token, ...body },
      headers: page,
      ...(as === undefined ? {} : { cookie: as }),
    });
  expect((await confirm(links.new)).status).toBe(401);
  expect((await confirm(links.new, undefined, { password })).status).toBe(401);
  const other = await auth.login(await auth.addUser({ role: "member" }));
  expect(await confirm(links.new, other.cookie)).toMatchObject(codeIs("account_mismatch", 409));
  expect(await confirm(links.old, cookie)).toMatchObject({ status: 200, body: { changed: false } });
  auth.clock.advance(11 * 60_000);
  expect(await confirm(links.new, cookie)).toMatchObject(codeIs("reauthentication_required", 403));
  auth.clock.advance(-11 * 60_000);
  expect(await confirm(links.new, cookie)).toMatchObject({ status: 200, body: { changed: true } });
  expect((await auth.call("GET", "/api/me", { cookie })).body).toMatchObject({ user: { email: to } });
});

test("an account that is not verified cannot ask for another address", async () => {
  const { email } = await registered();
  const { body } = await auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader });
  const asked = await auth.call("POST", "/api/me/email", {
    bearer: textOf(body, "accessToken"),
    body: { email: "elsewhere@example.com", password },
  });
  expect(asked).toMatchObject(codeIs("email_unverified", 403));
});
