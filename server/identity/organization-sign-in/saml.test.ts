import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { placeOf } from "../../../test/federated-browser.ts";
import { addCompany, type TestCompany } from "../../../test/organization-sign-in.ts";
import { createSamlProvider, serviceIn, type AnswerChanges, type SamlProvider } from "../../../test/saml-provider.ts";

let auth: TestAuth;
let acme: TestCompany;
let provider: SamlProvider;

const settingsOf = ({ entityId, signInUrl, certificate }: SamlProvider) => ({
  kind: "saml",
  entityId,
  signInUrl,
  certificates: [certificate],
});

beforeAll(async () => {
  auth = await startTestAuth();
  provider = createSamlProvider("idp.acme.example");
  acme = await addCompany(auth, "acme.example");
  expect(await acme.configure(settingsOf(provider))).toMatchObject({ status: 200 });
});
afterAll(() => auth.close());

const post = async (xml: string, company = acme, relayState = ""): Promise<Called> =>
  auth.call("POST", `/organization-sign-in/${company.organizationId}/acs`, {
    body: new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString("base64"), RelayState: relayState }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

const follow = (answer: Called, cookie: string): Promise<Called> =>
  acme.open(new URL(answer.headers.get("location") ?? "", "http://localhost:3001"), cookie);

const failed = "303 /sign-in?error=federated_failed";

const accountsOf = async (email: string): Promise<number> =>
  (await auth.pool.query("select from auth.users where email = $1", [email])).rowCount ?? 0;

let people = 0;
const person = (domain = "acme.example"): string => {
  people += 1;
  return `person${people}@${domain}`;
};

test("a signed answer to an open request signs in, and makes a member, once [D1]", async () => {
  const email = person();
  const { url, cookie } = await acme.start("?return_to=%2Fsettings");
  const xml = await provider.answer(url, email);
  const received = await post(xml);
  expect(placeOf(received)).toMatch(/^303 \/organization-sign-in\/org_\w+\/finish\?ticket=[\w-]{43}$/);
  const signedIn = await follow(received, cookie);
  expect(placeOf(signedIn)).toBe("303 /settings");
  expect((await auth.call("GET", "/api/me", { headers: { cookie: signedIn.cookie ?? "" } })).body).toMatchObject({
    user: { email, emailVerified: true },
    organizations: [{ id: acme.organizationId, role: "member" }],
  });
  // The same answer again, and the same ticket again.
  expect(placeOf(await post(xml))).toBe(failed);
  expect(placeOf(await follow(received, cookie))).toBe(failed);
  expect(await accountsOf(email)).toBe(1);
});

test("an answer counts in the browser that began alone, and only where that browser has brought it", async () => {
  const email = person();
  const [victim, eve] = [await acme.start(), await acme.start()];
  // Eve's request, answered by the victim's provider in the victim's browser: neither of them gets a session by it.
  const received = await post(await provider.answer(eve.url, email));
  expect(placeOf(await follow(received, victim.cookie))).toBe(failed);
  const finish = new URL(
    `http://localhost:3001/organization-sign-in/${acme.organizationId}/finish?ticket=${"x".repeat(43)}`,
  );
  expect(placeOf(await acme.open(finish, eve.cookie))).toBe(failed);
  expect(placeOf(await acme.open(new URL(finish.pathname, finish), eve.cookie))).toBe(failed);
  expect(await accountsOf(email)).toBe(0);
});

const hours = (count: number): Date => new Date(Date.now() + count * 3_600_000);

test.each<[string, AnswerChanges]>([
  ["another audience", { audience: "https://other.example/sp" }],
  ["another recipient", { recipient: "https://other.example/acs" }],
  ["another issuer", { issuer: "https://other.example/saml" }],
  ["a request that is none of ours", { inResponseTo: "_0123456789abcdef" }],
  ["no request", { inResponseTo: "" }],
  ["an end in the past", { notOnOrAfter: hours(-1) }],
  ["a beginning in the future", { notBefore: hours(1), notOnOrAfter: hours(2) }],
  ["a name for this session alone", { nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient" }],
])("an answer with %s signs nobody in", async (_, changes) => {
  const email = person();
  const { url, cookie } = await acme.start();
  const received = await post(await provider.answer(url, email, changes));
  expect(placeOf(received)).toBe(failed);
  expect(placeOf(await follow(received, cookie))).not.toMatch(/^303 \/$/);
  expect(await accountsOf(email)).toBe(0);
});

const assertionIn = (xml: string): string => /<saml:Assertion[^]*<\/saml:Assertion>/.exec(xml)?.[0] ?? "";
const signatureIn = (xml: string): string => /<ds:Signature[^]*<\/ds:Signature>/.exec(xml)?.[0] ?? "";
const victim = "victim@acme.example";

/** An assertion of the attacker's, with the id of the signed one or another. */
const forged = (assertion: string, email: string, id?: string): string =>
  assertion
    .replace(signatureIn(assertion), "")
    .replace(email, victim)
    .replace(/ID="[^"]+"/, (own) => (id === undefined ? own : `ID="${id}"`));

test.each<[string, (xml: string, email: string) => string]>([
  ["without its signature", (xml) => xml.replace(signatureIn(xml), "")],
  ["whose name was changed", (xml, email) => xml.replace(email, victim)],
  [
    "with a forged assertion before the signed one",
    (xml, email) => xml.replace("<saml:Assertion", `${forged(assertionIn(xml), email, "_evil")}<saml:Assertion`),
  ],
  [
    "with a forged assertion after the signed one",
    (xml, email) => xml.replace("</samlp:Response>", `${forged(assertionIn(xml), email, "_evil")}</samlp:Response>`),
  ],
  [
    "with a forged assertion of the same id",
    (xml, email) => xml.replace("<saml:Assertion", `${forged(assertionIn(xml), email)}<saml:Assertion`),
  ],
  [
    "with the signed assertion inside the forged one",
    (xml, email) => {
      const signed = assertionIn(xml);
      const around = forged(signed, email, "_evil").replace("</saml:Assertion>", `${signed}</saml:Assertion>`);
      return xml.replace(signed, around);
    },
  ],
  [
    "with the signed assertion inside the forged one's signature",
    (xml, email) => {
      const signed = assertionIn(xml);
      const signature = signatureIn(signed);
      const bare = signed.replace(signature, "");
      const moved = signature.replace("</ds:Signature>", `<ds:Object>${bare}</ds:Object></ds:Signature>`);
      const around = forged(signed, email, "_evil").replace("<saml:Subject>", `${moved}<saml:Subject>`);
      return xml.replace(signed, around);
    },
  ],
  [
    "with the signed assertion in an extension",
    (xml, email) => {
      const signed = assertionIn(xml);
      return xml.replace(signed, `<samlp:Extensions>${signed}</samlp:Extensions>${forged(signed, email, "_evil")}`);
    },
  ],
  ["with a document type", (xml) => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml}`],
  ["with an entity in the name", (xml, email) => `<!DOCTYPE r [<!ENTITY x "${victim}">]>${xml.replace(email, "&x;")}`],
  [
    "signed by SHA-1, as it says",
    (xml) =>
      xml
        .replaceAll("xmldsig-more#rsa-sha256", "xmldsig#rsa-sha1")
        .replace("2001/04/xmldsig-more#rsa", "2000/09/xmldsig#rsa"),
  ],
  [
    "with two digests",
    (xml) => xml.replace("<ds:DigestValue>", "<ds:DigestValue>AAAA</ds:DigestValue><ds:DigestValue>"),
  ],
  ["with a comment in the digest", (xml) => xml.replace("<ds:DigestValue>", "<ds:DigestValue><!--x-->AAAA")],
  ["that is too large", (xml) => xml.replace("<saml:Subject>", `<!--${"a".repeat(46_000)}--><saml:Subject>`)],
  ["that is no XML", () => "<samlp:Response"],
  ["that is nothing", () => ""],
])("an answer %s signs nobody in", async (_, bend) => {
  const email = person();
  const { url, cookie } = await acme.start();
  const received = await post(bend(await provider.answer(url, email), email));
  expect(received.status).not.toBe(500);
  const location = received.headers.get("location") ?? "";
  if (location.includes("/finish")) await follow(received, cookie);
  expect(placeOf(received)).toMatch(/^303 \/sign-in\?error=(?:federated_failed|payload_too_large)$/);
  expect(await accountsOf(victim)).toBe(0);
  expect(await accountsOf(email)).toBe(0);
});

test("a comment in the name does not cut it", async () => {
  const { url, cookie } = await acme.start();
  const xml = await provider.answer(url, "ceo@acme.example.evil.example");
  const received = await post(xml.replace("ceo@acme.example.evil", "ceo@acme.example<!---->.evil"));
  const place = placeOf(await follow(received, cookie));
  expect(place).toBe("303 /sign-in?error=domain_not_verified");
  expect(await accountsOf("ceo@acme.example")).toBe(0);
});

test("another provider's key, another organization's provider, and the same key there sign nobody in", async () => {
  const email = person();
  const stranger = createSamlProvider("idp.acme.example");
  expect(placeOf(await post(await stranger.answer((await acme.start()).url, email)))).toBe(failed);
  const evil = createSamlProvider("idp.evil.example");
  const other = await addCompany(auth, "evil.example");
  expect((await other.configure(settingsOf(evil))).status).toBe(200);
  const { url, cookie } = await other.start();
  // Its own provider, well signed, for an address of somebody else's domain.
  const received = await post(await evil.answer(url, email), other);
  expect(placeOf(await follow(received, cookie))).toBe("303 /sign-in?error=domain_not_verified");
  // An answer for one organization, brought to another one.
  expect(placeOf(await post(await evil.answer((await other.start()).url, "eve@evil.example"), acme))).toBe(failed);
  expect(await accountsOf(email)).toBe(0);
});

test("another site that posts what is no answer does not end the sign-in of its visitor", async () => {
  const { url, cookie } = await acme.start();
  const refused = await post("<samlp:Response");
  expect(placeOf(refused)).toBe(failed);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect(placeOf(await follow(await post(await provider.answer(url, person())), cookie))).toBe("303 /");
});

const stateOf = async (): Promise<unknown> => {
  const { rows } = await auth.pool.query(
    `select (select count(*) from auth.users) as users, (select count(*) from auth.sessions) as sessions,
       (select count(*) from auth.federated_identities) as identities, (select count(*) from auth.mail_outbox) as mails`,
  );
  return rows[0];
};

test("a sign-in that is tried out says what would happen, signs nobody in and changes nothing", async () => {
  const email = person();
  // Mail about what went before is written on its own time.
  await auth.mails.settled();
  const before = await stateOf();
  const tried = async (nameId: string, changes: AnswerChanges = {}) => {
    const { url, cookie } = await acme.start("?test=1");
    expect(new URL(url).searchParams.get("RelayState")).toBe("test");
    const received = await post(await provider.answer(url, nameId, changes), acme, "test");
    return received.status === 303 ? follow(received, cookie) : received;
  };
  const works = await tried(email);
  expect([works.status, works.cookie ?? ""]).toEqual([200, expect.not.stringMatching(/topolo_session=[\w-]/)]);
  expect(works.text).toMatch(/The sign-in works[^]*person\d+@acme\.example/);
  expect((await tried("<b>eve</b>@other.example")).text).toMatch(/did not work/);
  const foreign = await tried("eve@other.example");
  expect(foreign.text).toMatch(/did not work[^]*eve@other\.example[^]*domain_not_verified/);
  const audience = await tried(email, { audience: "https://other.example/sp" });
  expect(audience.text).toMatch(/did not work[^]*audience[^]*federated_failed/i);
  expect(await stateOf()).toEqual(before);
  const { rows } = await auth.pool.query(
    "select outcome, details from auth.audit_events where action = 'organization-sign-in.test' order by id",
  );
  expect(rows).toMatchObject([
    { outcome: "success" },
    { outcome: "failure" },
    { outcome: "failure", details: { code: "domain_not_verified" } },
    { outcome: "failure", details: { code: "federated_failed" } },
  ]);
});

test("the mark of a try does not make one of a sign-in, and an answer to a try signs nobody in without it", async () => {
  const [real, trial] = [person(), person()];
  const begun = await acme.start();
  const marked = await post(await provider.answer(begun.url, real), acme, "test");
  expect(placeOf(await follow(marked, begun.cookie))).toBe("303 /");
  const tried = await acme.start("?test=1");
  const unmarked = await post(await provider.answer(tried.url, trial));
  expect((await follow(unmarked, tried.cookie)).text).toMatch(/The sign-in works/);
  expect([await accountsOf(real), await accountsOf(trial)]).toEqual([1, 0]);
});

test("an independent identity provider reads our metadata", async () => {
  const { status, headers, text } = await auth.call("GET", `/organization-sign-in/${acme.organizationId}/metadata`);
  expect([status, headers.get("content-type")]).toEqual([200, "application/samlmetadata+xml"]);
  const read = serviceIn(text);
  const base = `http://localhost:3001/organization-sign-in/${acme.organizationId}`;
  expect(read).toEqual({ entityId: base, acsUrl: `${base}/acs`, wantsSignedAssertions: true });
  expect((await auth.call("GET", "/organization-sign-in/org_none/metadata")).status).toBe(404);
});

test("a clock that is a little off is allowed for, an hour is not; an open request ends after ten minutes", async () => {
  const { url, cookie } = await acme.start();
  const late = { notBefore: new Date(Date.now() - 60_000), notOnOrAfter: new Date(Date.now() - 30_000) };
  const signedIn = await follow(await post(await provider.answer(url, person(), late)), cookie);
  expect(placeOf(signedIn)).toBe("303 /");
  const old = await acme.start();
  auth.clock.advance(10 * 60_000 + 1_000);
  expect(placeOf(await post(await provider.answer(old.url, person())))).toBe(failed);
});
