import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { federatedBrowser, placeOf } from "../../../test/federated-browser.ts";
import { startGithubServer, type GithubServer } from "../../../test/github-server.ts";
import { startOpenIdIssuer, type IssuerAccount, type OpenIdIssuer } from "../../../test/openid-issuer.ts";

let auth: TestAuth;
let google: OpenIdIssuer;
let microsoft: OpenIdIssuer;
let github: GithubServer;
let browser: ReturnType<typeof federatedBrowser>;

beforeAll(async () => {
  const callback = (id: string) => [`http://localhost:3001/federated/${id}/callback`];
  google = await startOpenIdIssuer(callback("google"));
  microsoft = await startOpenIdIssuer(callback("microsoft"));
  github = await startGithubServer();
  auth = await startTestAuth({
    federated: {
      google: { clientId: google.clientId, clientSecret: google.clientSecret, issuer: google.url },
      microsoft: { clientId: microsoft.clientId, clientSecret: microsoft.clientSecret, issuer: microsoft.url },
      github: {
        clientId: github.clientId,
        clientSecret: github.clientSecret,
        url: github.url,
        apiUrl: `${github.url}/api/v3`,
      },
    },
  });
  browser = federatedBrowser(auth);
});
afterAll(async () => {
  await auth.close();
  await Promise.all([google.close(), microsoft.close(), github.close()]);
});

let people = 0;
const person = (extra: Record<string, unknown> = {}): IssuerAccount & { readonly email: string } => {
  people += 1;
  return { sub: `sub-${people}`, email: `person${people}@example.net`, email_verified: true, name: "Ann", ...extra };
};
const atGoogle = async (account: IssuerAccount, query = ""): Promise<Called> => {
  const { url, cookie } = await browser.start("google", query);
  return browser.finish(await google.authorize(url, account), cookie);
};
const rowsOf = async (email: string) => {
  const { rows } = await auth.pool.query(
    `select u.id, u.email_verified_at is not null as verified, f.provider, f.subject,
       (select count(*)::int from auth.sessions s where s.user_id = u.id) as sessions
     from auth.users u left join auth.federated_identities f on f.user_id = u.id where u.email = $1 order by f.provider`,
    [email],
  );
  return rows;
};

test("the sign-in page learns which providers there are [D1]", async () => {
  expect((await auth.call("GET", "/sign-in/options")).body).toMatchObject({
    providers: [
      { id: "google", name: "Google" },
      { id: "microsoft", name: "Microsoft" },
      { id: "github", name: "GitHub" },
    ],
  });
  expect(placeOf(await browser.open("facebook"))).toBe("303 /sign-in?error=provider_not_found");
});

test("sign-ins in two tabs do not end each other, whichever is finished first", async () => {
  const first = await browser.start("google");
  const second = await browser.start("google");
  const third = await browser.start("microsoft");
  const both = [first, second, third].map(({ cookie }) => cookie).join("; ");
  const finish = async ({ url }: typeof first, issuer: OpenIdIssuer, extra = {}) =>
    placeOf(await browser.finish(await issuer.authorize(url, person(extra)), both));
  expect(await finish(second, google)).toBe("303 /");
  expect(await finish(third, microsoft, { tid: "9188040d-6c67-4c5b-b112-36a304b66dad", xms_edov: true })).toBe("303 /");
  expect(await finish(first, google)).toBe("303 /");
});

test("a browser keeps five sign-ins at most, the newest", async () => {
  let cookies: string[] = [];
  for (let round = 0; round < 9; round += 1) {
    const answer = await browser.open("google", "", { cookie: cookies.join("; ") });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split("; ");
      const name = pair.slice(0, pair.indexOf("="));
      cookies = [
        ...cookies.filter((kept) => !kept.startsWith(`${name}=`)),
        ...(line.includes("Max-Age=0") ? [] : [pair]),
      ];
    }
    expect(cookies).toHaveLength(Math.min(round + 1, 5));
  }
});

test.each([
  "tenant-1",
  "",
  undefined,
  7,
  "9188040d-6c67-4c5b-b112-36a304b66dad/x",
  "9188040d-6c67-4c5b-b112-36a304b66dad.x",
])("a Microsoft account of the tenant %j, which is none, signs nobody in", async (tid) => {
  const { url, cookie } = await browser.start("microsoft");
  const account = person({ tid, xms_edov: true });
  expect(placeOf(await browser.finish(await microsoft.authorize(url, account), cookie))).toMatch(
    /error=federated_failed/,
  );
  expect(await rowsOf(account.email)).toEqual([]);
});

test("signing in with Google makes an account once, and finds it again [D1]", async () => {
  const ann = person();
  const { url, cookie } = await browser.start("google", "?return_to=%2Fsettings");
  const asked = new URL(url);
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    redirect_uri: "http://localhost:3001/federated/google/callback",
    response_type: "code",
    code_challenge_method: "S256",
    state: expect.stringMatching(/^.{43}$/),
    nonce: expect.stringMatching(/^.{43}$/),
  });
  const signedIn = await browser.finish(await google.authorize(url, ann), cookie);
  expect(placeOf(signedIn)).toBe("303 /settings");
  expect(signedIn.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^topolo_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^topolo_federated_[\w-]{16}=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  const me = await auth.call("GET", "/api/me", { headers: { cookie: signedIn.cookie ?? "" } });
  expect(me.body).toMatchObject({ user: { email: ann.email, emailVerified: true, name: "Ann" } });
  expect(placeOf(await atGoogle({ ...ann, email: "changed@example.net" }))).toBe("303 /");
  expect(await rowsOf(ann.email)).toMatchObject([
    { verified: true, provider: "google", subject: ann.sub, sessions: 2 },
  ]);
  expect(await rowsOf("changed@example.net")).toEqual([]);
  const { rows } = await auth.pool.query(
    "select action, details->>'provider' as provider, details->'amr' as amr from auth.audit_events where actor_id = (select id from auth.users where email = $1) order by id limit 3",
    [ann.email],
  );
  expect(rows).toEqual([
    { action: "user.register", provider: "google", amr: null },
    { action: "identity.link", provider: "google", amr: null },
    { action: "session.start", provider: null, amr: ["fed"] },
  ]);
});

test("an address from Microsoft counts as verified only with the claim that its domain is the tenant's [D1]", async () => {
  const at = async (account: IssuerAccount) => {
    const { url, cookie } = await browser.start("microsoft");
    return browser.finish(await microsoft.authorize(url, account), cookie);
  };
  const tenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
  const bob = person({ tid: tenant });
  expect(placeOf(await at(bob))).toBe("303 /sign-in?error=email_unverified");
  expect(await rowsOf(bob.email)).toEqual([]);
  expect(placeOf(await at({ ...bob, xms_edov: true }))).toBe("303 /");
  expect(await rowsOf(bob.email)).toMatchObject([{ provider: "microsoft", subject: `${tenant}/${bob.sub}` }]);
});

test("GitHub names its primary address, which must be verified [D1]", async () => {
  const at = async (id: number, emails: { email: string; primary: boolean; verified: boolean }[]) => {
    const { url, cookie } = await browser.start("github");
    return browser.finish(github.authorize(url, { id, login: "ann", emails }), cookie);
  };
  const spare = { email: "spare@example.net", primary: false, verified: true };
  expect(placeOf(await at(1, [{ email: "git@example.net", primary: true, verified: false }, spare]))).toBe(
    "303 /sign-in?error=email_unverified",
  );
  expect(await rowsOf("spare@example.net")).toEqual([]);
  expect(placeOf(await at(1, [spare, { email: "git@example.net", primary: true, verified: true }]))).toBe("303 /");
  expect(await rowsOf("git@example.net")).toMatchObject([{ provider: "github", subject: "1", verified: true }]);
});

const bend = (back: URL, changes: Record<string, string | undefined>): URL => {
  const bent = new URL(back);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) bent.searchParams.delete(name);
    else bent.searchParams.set(name, value);
  }
  return bent;
};

test.each([
  ["another state", { state: "x".repeat(43) }],
  ["no state", { state: undefined }],
  ["another issuer", { iss: "https://evil.example" }],
  ["no issuer", { iss: undefined }],
  ["another code", { code: "some-other-code" }],
  ["no code", { code: undefined }],
  ["a refusal", { error: "access_denied", code: undefined }],
])("an answer with %s signs nobody in [RFC 9700 §4.4, RFC 9700 §4.7]", async (_, changes) => {
  const eve = person();
  const { url, cookie } = await browser.start("google");
  const answer = await browser.finish(bend(await google.authorize(url, eve), changes), cookie);
  expect(placeOf(answer)).toBe("303 /sign-in?error=federated_failed");
  expect(await rowsOf(eve.email)).toEqual([]);
});

test("login CSRF: a provider's answer counts once, in the browser that asked, from the provider that was asked [RFC 9700 §4.7]", async () => {
  const eve = person();
  const { url, cookie } = await browser.start("google");
  const back = await google.authorize(url, eve);
  const failed = "303 /sign-in?error=federated_failed";
  expect(placeOf(await auth.call("GET", back.pathname + back.search))).toBe(failed);
  const other = await browser.start("google");
  expect(placeOf(await browser.finish(back, other.cookie))).toBe(failed);
  expect(placeOf(await browser.finish(new URL(back.href.replace("google", "microsoft")), cookie))).toBe(failed);
  expect(placeOf(await browser.finish(bend(back, { state: "x".repeat(43) }), cookie))).toBe(failed);
  expect(placeOf(await browser.finish(back, cookie))).toBe("303 /");
  expect(placeOf(await browser.finish(back, cookie))).toBe(failed);
  expect(await rowsOf(eve.email)).toMatchObject([{ sessions: 1 }]);
});

test("another flow's code, nonce or challenge is refused [RFC 9700 §4.5]", async () => {
  const victim = person();
  const stolen = await browser.start("google");
  const stolenBack = await google.authorize(stolen.url, victim);
  const own = await browser.start("google");
  const ownBack = await google.authorize(own.url, person());
  const injected = bend(ownBack, { code: stolenBack.searchParams.get("code") ?? "" });
  expect(placeOf(await browser.finish(injected, own.cookie))).toBe("303 /sign-in?error=federated_failed");
  const nonced = await browser.start("google");
  const swapped = bend(new URL(nonced.url), { nonce: "another-nonce" });
  expect(placeOf(await browser.finish(await google.authorize(swapped.href, victim), nonced.cookie))).toBe(
    "303 /sign-in?error=federated_failed",
  );
  expect(await rowsOf(victim.email)).toEqual([]);
});

test("a flow is good for ten minutes [RFC 9700 §4.7]", async () => {
  const { url, cookie } = await browser.start("google");
  const back = await google.authorize(url, person());
  auth.clock.advance(10 * 60_000 + 1_000);
  expect(placeOf(await browser.finish(back, cookie))).toBe("303 /sign-in?error=federated_failed");
});

test("twenty parallel callbacks of one flow open one session; two flows of one person make one account", async () => {
  const mia = person();
  const { url, cookie } = await browser.start("google");
  const back = await google.authorize(url, mia);
  const places = await Promise.all(Array.from({ length: 20 }, () => browser.finish(back, cookie).then(placeOf)));
  expect(places.filter((place) => place === "303 /")).toHaveLength(1);
  expect(await rowsOf(mia.email)).toMatchObject([{ sessions: 1 }]);
  const zoe = person();
  const flows = [await browser.start("google"), await browser.start("google")];
  const backs: { back: URL; cookie: string }[] = [];
  for (const flow of flows) backs.push({ back: await google.authorize(flow.url, zoe), cookie: flow.cookie });
  const both = await Promise.all(backs.map((one) => browser.finish(one.back, one.cookie).then(placeOf)));
  expect(both.every((place) => place === "303 /" || place === "303 /sign-in?error=account_exists")).toBe(true);
  expect(await rowsOf(zoe.email)).toHaveLength(1);
});

test("an identity that is dropped during its sign-in opens nothing", async () => {
  const eve = person();
  await atGoogle(eve);
  const { url, cookie } = await browser.start("google");
  const back = await google.authorize(url, eve);
  const holder = await auth.pool.connect();
  let finished: Promise<Called> | undefined;
  try {
    await holder.query("begin");
    await holder.query("select from auth.users where email = $1 for update", [eve.email]);
    finished = browser.finish(back, cookie);
    await expect
      .poll(async () => {
        const { rowCount } = await auth.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rowCount;
      })
      .toBe(1);
    await holder.query("delete from auth.federated_identities where subject = $1", [eve.sub]);
    await holder.query("commit");
  } finally {
    holder.release();
  }
  expect(placeOf(await finished)).toBe("303 /sign-in?error=federated_failed");
  expect(await rowsOf(eve.email)).toMatchObject([{ sessions: 1 }]);
});

test("a provider's sign-in never opens an existing account by its e-mail address, verified or not", async () => {
  for (const verified of [false, true]) {
    const user = await auth.addUser({ role: "member" });
    if (!verified) await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
    const answer = await atGoogle(person({ email: user.email.toUpperCase() }));
    expect(placeOf(answer)).toBe("303 /sign-in?error=account_exists");
    expect(await rowsOf(user.email)).toMatchObject([{ id: user.id, verified, provider: null, sessions: 0 }]);
  }
});

test("an address the provider has not verified makes no account and discloses none", async () => {
  const user = await auth.addUser({ role: "member" });
  for (const claims of [
    { email_verified: false },
    { email_verified: undefined },
    { email: undefined },
    { email: "a＠b.c" },
  ])
    for (const email of [user.email, person().email])
      expect(placeOf(await atGoogle({ ...person({ email }), ...claims }))).toBe("303 /sign-in?error=email_unverified");
  expect(await rowsOf(user.email)).toMatchObject([{ provider: null }]);
});

test("where a second factor is required, the provider's sign-in alone gives no session", async () => {
  const account = person();
  await atGoogle(account);
  await auth.pool.query("update auth.users set second_factor_required = true where email = $1", [account.email]);
  const answer = await atGoogle(account, "?return_to=%2Fsettings");
  expect(placeOf(answer)).toBe("303 /sign-in/second-factor?return_to=%2Fsettings");
  expect(answer.headers.getSetCookie()[0]).toMatch(
    /^topolo_pending=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect(await rowsOf(account.email)).toMatchObject([{ sessions: 1 }]);
  const cookie = answer.cookie ?? "";
  expect(await auth.call("GET", "/sign-in/pending", { cookie })).toMatchObject({ status: 200 });
  expect(await auth.call("GET", "/api/me", { cookie })).toMatchObject({ status: 401 });
});

test.each(["suspended", "locked"])("a provider does not sign in to an account that is %s [B4]", async (status) => {
  const account = person();
  await atGoogle(account);
  await auth.pool.query("update auth.users set status = $2 where email = $1", [account.email, status]);
  expect(placeOf(await atGoogle(account))).toBe("303 /sign-in?error=account_suspended");
});

test("where accounts are made by invitation, only invited addresses get one [D1]", async () => {
  const invited = person();
  const closed = await startTestAuth({
    registration: "invitation",
    federated: { google: { clientId: google.clientId, clientSecret: google.clientSecret, issuer: google.url } },
  });
  try {
    const visitor = federatedBrowser(closed);
    const sign = async (account: IssuerAccount) => {
      const { url, cookie } = await visitor.start("google");
      return placeOf(await visitor.finish(await google.authorize(url, account), cookie));
    };
    expect(await sign(person())).toBe("303 /sign-in?error=registration_closed");
    await closed.pool.query(
      `insert into auth.organization_invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
       values ('inv_1', 'org_topolo', $1, 'member', sha256('x'), 'usr_x', now() + interval '1 day')`,
      [invited.email],
    );
    expect(await sign(invited)).toBe("303 /");
  } finally {
    await closed.close();
  }
});

test.each(["https://evil.example", "//evil.example", "/.//evil.example", "/\\evil.example", "javascript:alert(1)"])(
  "return_to %s leads nowhere else [RFC 9700 §4.11]",
  async (place) => {
    expect(placeOf(await atGoogle(person(), `?return_to=${encodeURIComponent(place)}`))).toBe("303 /");
  },
);
