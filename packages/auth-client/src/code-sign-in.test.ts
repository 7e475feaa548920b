import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startTestAuth, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { stubPage } from "../../../test/stub-page.ts";
import { completeSignIn, createAuthClient, startSignIn, type CompleteSignIn, type Fetch } from "./index.ts";

const issuer = "http://localhost:3001";
const client = { clientId: "nexus-dashboard", redirectUri: "http://localhost:3000/api/auth/callback/topolo" };

let auth: TestAuth;
let user: TestUser;
let cookie: string;

beforeAll(async () => {
  auth = await startTestAuth({ dashboardOrigin: "http://localhost:3000" });
  user = await auth.addUser({ role: "owner" });
  ({ cookie } = await auth.login(user));
});
afterAll(() => auth.close());

/** The server under test listens elsewhere than its issuer says. */
const reach: Fetch = (url, init) => fetch(url.replace(issuer, auth.url), init);

/** What the browser does at Auth, with a session. */
const visit = async (url: string): Promise<URL> => {
  const { headers } = await auth.call("GET", url.slice(issuer.length), { cookie });
  return new URL(headers.get("location") ?? "", issuer);
};

const begin = async (): Promise<Pick<CompleteSignIn, "transaction"> & { readonly answer: URLSearchParams }> => {
  const { url, transaction } = await startSignIn({ authUrl: `${issuer}/`, ...client });
  return { transaction, answer: (await visit(url)).searchParams };
};
const complete = (started: Pick<CompleteSignIn, "transaction" | "answer">, options: Partial<CompleteSignIn> = {}) =>
  completeSignIn({ authUrl: issuer, clientId: client.clientId, fetch: reach, ...started, ...options });

describe("code and PKCE, against a real Auth [D2]", () => {
  test("signs in and knows the person", async () => {
    const { tokens, claims } = await complete(await begin());
    expect(claims.sub).toBe(user.id);
    expect((await auth.call("GET", "/validate", { bearer: tokens.accessToken })).body).toMatchObject({
      valid: true,
      user: { id: user.id },
    });
  });

  test("the address carries an S256 challenge and never the verifier", async () => {
    const { url, transaction } = await startSignIn({ authUrl: issuer, ...client, prompt: "none" });
    const sent = new URL(url).searchParams;
    expect(sent.get("code_challenge_method")).toBe("S256");
    expect(sent.get("prompt")).toBe("none");
    expect(url).not.toContain(transaction.codeVerifier);
    expect(sent.get("state")).toBe(transaction.state);
  });

  test("a response to another sign-in, from another issuer or with either missing is refused before any exchange", async () => {
    const started = await begin();
    const send = vi.fn<Fetch>(reach);
    const altered = (name: string, value: string | undefined): URLSearchParams => {
      const answer = new URLSearchParams(started.answer);
      if (value === undefined) answer.delete(name);
      else answer.set(name, value);
      return answer;
    };
    for (const [name, value, code] of [
      ["state", "other", "state_mismatch"],
      ["state", undefined, "state_mismatch"],
      ["iss", "https://evil.example", "issuer_mismatch"],
      ["iss", `${issuer}/`, "issuer_mismatch"],
      ["iss", undefined, "issuer_mismatch"],
      ["error", "access_denied", "access_denied"],
    ] as const) {
      const answer = altered(name, value);
      await expect(complete({ ...started, answer }, { fetch: send }), name).rejects.toMatchObject({ code });
    }
    const nothing = { ...started.transaction, state: "" };
    await expect(
      complete({ transaction: nothing, answer: altered("state", "") }, { fetch: send }),
    ).rejects.toMatchObject({ code: "state_mismatch" });
    expect(send).not.toHaveBeenCalled();
  });

  test("a code works once, and with its own verifier alone", async () => {
    const started = await begin();
    const other = { ...started.transaction, codeVerifier: "w".repeat(43) };
    await expect(complete({ ...started, transaction: other })).rejects.toMatchObject({ code: "invalid_grant" });
    const again = await begin();
    await complete(again);
    await expect(complete(again)).rejects.toMatchObject({ code: "invalid_grant", status: 400 });
  });

  test("an id token of another sign-in is refused", async () => {
    const started = await begin();
    const transaction = { ...started.transaction, nonce: "another" };
    await expect(complete({ ...started, transaction })).rejects.toMatchObject({ code: "id_token_invalid" });
  });

  test.each<[string, (token: string[]) => string]>([
    ["a changed payload", ([h, , s]) => `${h}.${Buffer.from('{"sub":"usr_other"}').toString("base64url")}.${s}`],
    ["no signature", ([h, p]) => `${h}.${p}.`],
    ["alg none", ([, p]) => `${Buffer.from('{"alg":"none","kid":"x"}').toString("base64url")}.${p}.`],
    ["another spelling of the signature", ([h, p, s]) => `${h}.${p}.${s}=`],
    ["an unknown key", ([, p, s]) => `${Buffer.from('{"alg":"ES256","kid":"x"}').toString("base64url")}.${p}.${s}`],
    ["two parts", ([h, p]) => `${h}.${p}`],
  ])("an id token with %s is refused", async (_, forge) => {
    const tampering: Fetch = async (url, init) => {
      const response = await reach(url, init);
      if (!url.endsWith("/sso/exchange")) return response;
      const body: Record<string, unknown> = await response.json();
      return Response.json({ ...body, id_token: forge(String(body["id_token"]).split(".")) });
    };
    await expect(complete(await begin(), { fetch: tampering })).rejects.toMatchObject({ code: "id_token_invalid" });
  });

  test("an id token that has expired is refused", async () => {
    const now = (): number => Date.now() + 3_600_000;
    await expect(complete(await begin(), { now })).rejects.toMatchObject({ code: "id_token_invalid" });
  });
});

describe("code and PKCE in a page [D2]", () => {
  const open = (options: { readonly withheld?: boolean } = {}) => {
    onTestFinished(stubPage("http://localhost:3000").leave);
    const left: string[] = [];
    const auths = createAuthClient({
      authUrl: issuer,
      serviceId: "srv_nexus",
      signIn: client,
      navigate: (url) => left.push(url),
      fetch: (url, init) =>
        options.withheld && url.endsWith("/refresh")
          ? Promise.resolve(Response.json({ error: { code: "session_missing" } }, { status: 401 }))
          : reach(url, init),
    });
    return { auths, left };
  };

  test("redirects, returns and continues where it left off", async () => {
    const { auths, left } = open();
    await auths.startSignIn({ returnTo: "/calls?vendor=x" });
    const arrived = await visit(left[0] ?? "");
    const { session, returnTo } = await auths.completeSignIn(arrived.href);
    expect(session).toMatchObject({ user: { id: user.id }, role: "owner", serviceId: "srv_nexus" });
    expect(returnTo).toBe("/calls?vendor=x");
    expect(auths.state()).toBe("authenticated");
    await expect(auths.completeSignIn(arrived.href)).rejects.toMatchObject({ code: "state_mismatch" });
    auths.close();
  });

  test("no link chooses the destination", async () => {
    for (const returnTo of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""]) {
      const { auths, left } = open();
      await auths.startSignIn({ returnTo });
      expect((await auths.completeSignIn((await visit(left[0] ?? "")).href)).returnTo).toBe("/");
      auths.close();
    }
  });

  test("where the cookie is withheld the session lasts as long as its token, and a 401 from Auth ends it at once [X14]", async () => {
    const { auths, left } = open({ withheld: true });
    await auths.startSignIn();
    const { session } = await auths.completeSignIn((await visit(left[0] ?? "")).href);
    expect((await auths.refresh())?.accessToken).toBe(session.accessToken);
    expect(auths.state()).toBe("authenticated");
    await auths.logout();
    expect((await auth.call("GET", "/validate", { bearer: session.accessToken })).status).toBe(401);
    expect(await auths.refresh()).toBeUndefined();
    expect(auths.state()).toBe("unauthenticated");
    auths.close();
    ({ cookie } = await auth.login(user));
  });

  test("automatic redirects stop after the third [C6]", async () => {
    const { auths, left } = open();
    for (let count = 0; count < 3; count += 1) await auths.startSignIn({ automatic: true, prompt: "none" });
    await expect(auths.startSignIn({ automatic: true })).rejects.toMatchObject({ code: "redirect_loop" });
    await auths.startSignIn();
    expect(left).toHaveLength(4);
    auths.close();
  });
});
