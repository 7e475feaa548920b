import type { JWT } from "next-auth/jwt";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startTestAuth, type TestAuth, type TestUser } from "../../test/auth-server.ts";
import { startSignIn, type SignInTransaction } from "@topolo/auth-client";
import { sessionOptions } from "./session-options.ts";
import { topoloProvider } from "./topolo-provider.ts";

const issuer = "http://localhost:3001";
const redirectUri = "http://localhost:3000/api/auth/callback/topolo";
const realFetch = fetch;

let auth: TestAuth;
let user: TestUser;

beforeAll(async () => {
  auth = await startTestAuth({ dashboardOrigin: "http://localhost:3000" });
  user = await auth.addUser({ role: "owner" });
  vi.stubEnv("NEXUS_AUTH_URL", issuer);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await auth.close();
});
beforeEach(() => {
  // The server under test listens elsewhere than its issuer says.
  vi.stubGlobal("fetch", (input: string | Request, init?: RequestInit) =>
    typeof input === "string"
      ? realFetch(input.replace(issuer, auth.url), init)
      : realFetch(new Request(input.url.replace(issuer, auth.url), input)),
  );
});

interface Answered {
  readonly params: Readonly<Record<string, string>>;
  readonly transaction: SignInTransaction;
}

const answered = async (): Promise<Answered> => {
  const { cookie } = await auth.login(user);
  const { url, transaction } = await startSignIn({ authUrl: issuer, clientId: "nexus-dashboard", redirectUri });
  const { headers } = await auth.call("GET", url.slice(issuer.length), { cookie });
  const location = new URL(headers.get("location") ?? "", issuer);
  return { params: Object.fromEntries(location.searchParams), transaction };
};

type Token = Extract<OAuthConfig<unknown>["token"], { readonly request?: unknown }>;
type Context = Parameters<NonNullable<Token["request"]>>[0];

/** Calls the hook as next-auth does: with the query, and with what its cookies held. */
const exchange = (
  { params, transaction }: Answered,
  checks: { readonly state?: string; readonly nonce?: string; readonly code_verifier?: string } = {},
) => {
  const { token } = topoloProvider(issuer);
  if (typeof token !== "object" || !token.request) throw new Error("no hook");
  const { state, nonce, codeVerifier } = transaction;
  const context = {
    params,
    checks: { state, nonce, code_verifier: codeVerifier, ...checks },
    provider: { callbackUrl: redirectUri },
  };
  return Promise.resolve(token.request(asContext(context)));
};

/** Guarantee: the hook reads nothing of its context beside what is named here. */
const asContext = (context: object): Context => context as Context;

describe("the hook at the token endpoint [X29]", () => {
  test("exchanges a code that this browser asked for", async () => {
    const { tokens } = await exchange(await answered());
    expect(tokens.signed_in).toBe(user.id);
    expect((await auth.call("GET", "/validate", { bearer: tokens.access_token ?? "" })).status).toBe(200);
    expect(tokens).not.toHaveProperty("refresh_token");
  });

  test.each<[string, Partial<Record<"state" | "iss", string>>, object]>([
    ["another state", { state: "x" }, {}],
    ["no state in the cookie", {}, { state: "" }],
    ["another issuer", { iss: "https://evil.example" }, {}],
    ["another nonce", {}, { nonce: "x" }],
    ["no nonce", {}, { nonce: undefined }],
    ["another verifier", {}, { code_verifier: "w".repeat(43) }],
  ])("refuses %s", async (_, params, checks) => {
    const answer = await answered();
    await expect(exchange({ ...answer, params: { ...answer.params, ...params } }, checks)).rejects.toThrow();
  });

  test("refuses an answer without an issuer", async () => {
    const { params, transaction } = await answered();
    const { iss: _, ...rest } = params;
    await expect(exchange({ params: rest, transaction })).rejects.toMatchObject({ code: "issuer_mismatch" });
  });
});

type JwtCallback = NonNullable<NonNullable<ReturnType<typeof sessionOptions>["callbacks"]>["jwt"]>;

/** Guarantee: this is what next-auth hands over on an update, where there is no user, whatever its type says. */
const asUpdate = (update: object): Parameters<JwtCallback>[0] => update as Parameters<JwtCallback>[0];

describe("the dashboard's own session [X29, B1]", () => {
  const update = async (token: JWT, accessToken: unknown): Promise<JWT> => {
    const { callbacks } = sessionOptions();
    if (!callbacks?.jwt) throw new Error("no callback");
    return callbacks.jwt(asUpdate({ token, trigger: "update", session: { accessToken } }));
  };
  const tokenOf = (sub: string, sid: string): JWT => ({
    sub,
    sid,
    org: null,
    access_token: "old",
    access_token_exp: 1,
  });

  test("takes a new token of the same session, once Auth has confirmed it", async () => {
    const { token, sessionId } = await auth.login(user);
    const next = await update(tokenOf(user.id, sessionId), token);
    expect(next).toMatchObject({ sub: user.id, sid: sessionId, access_token: token, org: "org_topolo" });
    expect(next).not.toHaveProperty("refresh_token");
  });

  test("keeps what it has for another person's token, another session's, an ended one and none", async () => {
    const other = await auth.login(await auth.addUser({ role: "owner" }));
    const mine = await auth.login(user);
    const before = tokenOf(user.id, mine.sessionId);
    const second = await auth.login(user);
    expect(await update(before, other.token)).toEqual(before);
    expect(await update(before, second.token)).toEqual(before);
    await auth.call("POST", "/logout", { bearer: mine.token });
    for (const useless of [mine.token, "", undefined, 4, "not a token"])
      expect(await update(before, useless)).toEqual(before);
  });

  const read = async (token: JWT): Promise<JWT> => {
    const { callbacks } = sessionOptions();
    if (!callbacks?.jwt) throw new Error("no callback");
    return callbacks.jwt(asUpdate({ token }));
  };

  test("is over where it is read after its session ended at Auth; an outage or an old token ends nothing [D8, X9]", async () => {
    const { token, sessionId } = await auth.login(user);
    const held = { ...tokenOf(user.id, sessionId), access_token: token, access_token_exp: Date.now() + 60_000 };
    expect(await read(held)).toEqual(held);
    await auth.call("POST", "/logout", { bearer: token });
    await expect(read(held)).rejects.toThrow();
    const old = { ...held, access_token_exp: Date.now() - 1 };
    expect(await read(old)).toEqual(old);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    expect(await read(held)).toEqual(held);
  });

  test("an outage changes nothing [X9]", async () => {
    const { token, sessionId } = await auth.login(user);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    const before = tokenOf(user.id, sessionId);
    expect(await update(before, token)).toEqual(before);
  });
});
