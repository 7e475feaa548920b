import { TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import {
  AuthClientError,
  createAuthClient,
  createTokenSource,
  isHandoff,
  startDeviceSignIn,
  type AccountMismatch,
  type AuthClient,
  type AuthClientOptions,
  type TokenSet,
} from "./index.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth({ dashboardOrigin: "http://localhost:3000" });
});
afterAll(() => auth.close());

const build = (serviceId: string, options: Partial<AuthClientOptions> = {}): AuthClient =>
  createAuthClient({ authUrl: auth.url, serviceId, headless: true, ...options });

describe("the second factor [B5, D1]", () => {
  const enrol = async (user: TestUser): Promise<readonly string[]> => {
    const { token } = await auth.login(user);
    const { body: seed } = await auth.call("POST", "/api/me/mfa/totp", { bearer: token });
    const code = new TOTP({ secret: textOf(seed, "secret") }).generate({ timestamp: Date.now() });
    const confirmed = await auth.call("POST", `/api/me/mfa/totp/${textOf(seed, "id")}/confirm`, {
      bearer: token,
      body: { code },
    });
    const { recoveryCodes } = confirmed.body;
    return Array.isArray(recoveryCodes) ? recoveryCodes.map(String) : [];
  };

  test("is asked for, and completes the sign-in", async () => {
    const user = await auth.addUser({ role: "owner" });
    const [code = ""] = await enrol(user);
    const client = build("srv_roadmapper");
    const outcome = await client.login({ email: user.email, password: user.password });
    if (outcome.status !== "second_factor_required") throw new Error("no second factor was asked for");
    expect(outcome.secondFactor.methods).toEqual(expect.arrayContaining(["totp", "recovery_code"]));
    expect(outcome.secondFactor.expiresAt).toBeGreaterThan(Date.now());
    expect(client.state()).not.toBe("authenticated");
    expect(await client.refresh()).toBeUndefined();

    await expect(
      client.completeSecondFactor(outcome.secondFactor, { method: "totp", code: "000000" }),
    ).rejects.toMatchObject({ code: "second_factor_invalid", status: 401 });
    const session = await client.completeSecondFactor(outcome.secondFactor, { method: "recovery_code", code });
    expect(session).toMatchObject({ user: { id: user.id }, serviceId: "srv_roadmapper" });
    expect(client.state()).toBe("authenticated");
    expect((await client.refresh())?.sessionId).toBe(session.sessionId);
  });

  test("a passkey is requested with Auth's options, and a refusal by the device gives no session", async () => {
    const client = build("srv_roadmapper");
    let offered: unknown;
    const refusing = client.signInWithPasskey({
      startAuthentication: (options) => {
        offered = options;
        return Promise.reject(new AuthClientError("passkey_cancelled", 0, "closed"));
      },
    });
    await expect(refusing).rejects.toMatchObject({ code: "passkey_cancelled" });
    expect(offered).toMatchObject({ challenge: expect.any(String), rpId: "localhost" });
    await expect(client.signInWithPasskey()).rejects.toMatchObject({ code: "passkey_unsupported" });
    expect(client.session()).toBeUndefined();
  });
});

describe("handoff to another app [D3, D5, D7]", () => {
  const bugfix = "https://bugfix.topolo.app/auth/callback";
  const arriveAt = async (from: AuthClient, state?: string): Promise<string> => {
    await from.openApp("srv_bugfix", bugfix, state === undefined ? {} : { state });
    return went.at(-1) ?? "";
  };
  const went: string[] = [];
  const signedIn = async (): Promise<AuthClient> => {
    const user = await auth.addUser({ role: "owner" });
    const client = build("srv_roadmapper", { navigate: (url) => went.push(url) });
    await client.login({ email: user.email, password: user.password });
    return client;
  };

  test("lists the apps, opens one without a token in the address, and arrives as the same person, once", async () => {
    const origin = await signedIn();
    const services = await origin.services();
    expect(services.find(({ id }) => id === "srv_bugfix")).toMatchObject({ slug: "bugfix", current: false });
    expect(services.find(({ id }) => id === "srv_roadmapper")).toMatchObject({ current: true });

    const url = await arriveAt(origin, "a b&c");
    expect(isHandoff(url)).toBe(true);
    expect(isHandoff(`${bugfix}?code=other&iss=x`)).toBe(false);
    expect(url).not.toContain("eyJ");
    const destination = build("srv_bugfix");
    const session = await destination.redeemHandoff({ url });
    expect(session).toMatchObject({ user: { id: origin.session()?.user.id }, serviceId: "srv_bugfix" });
    expect(session.sessionId).toBe(origin.session()?.sessionId);
    await expect(build("srv_bugfix").redeemHandoff({ url })).rejects.toMatchObject({ code: "invalid_grant" });
  });

  test("a browser signed in as another person asks first, and keeps its session unless the person confirms [X17]", async () => {
    const origin = await signedIn();
    const other = await auth.addUser({ role: "member" });
    const destination = build("srv_bugfix");
    await destination.login({ email: other.email, password: other.password });
    const url = await arriveAt(origin);
    await expect(destination.redeemHandoff({ url })).rejects.toMatchObject({ code: "account_mismatch", status: 409 });
    let asked: AccountMismatch | undefined;
    const decline = (mismatch: AccountMismatch): boolean => {
      asked = mismatch;
      return false;
    };
    await expect(destination.redeemHandoff({ url, confirm: decline })).rejects.toMatchObject({
      code: "account_mismatch",
    });
    expect(asked?.current?.email).toBe(other.email);
    expect(destination.session()?.user.id).toBe(other.id);
    const session = await destination.redeemHandoff({ url, confirm: () => true });
    expect(session.user.id).toBe(origin.session()?.user.id);
  });

  test("without a session there is no handoff", async () => {
    const nobody = build("srv_roadmapper");
    await nobody.refresh();
    await expect(nobody.services()).rejects.toMatchObject({ code: "signed_out" });
  });
});

describe("a command line [D1]", () => {
  const decide = async (userCode: string, decision: "allow" | "deny"): Promise<TestUser> => {
    const user = await auth.addUser({ role: "owner" });
    const { cookie } = await auth.login(user);
    const { status, body } = await auth.call("POST", "/api/device/decide", {
      cookie,
      headers: { "x-topolo-auth": "1", origin: "http://localhost:3001" },
      body: { userCode, decision },
    });
    expect(status, JSON.stringify(body)).toBe(200);
    return user;
  };
  const start = () => startDeviceSignIn({ authUrl: auth.url, clientId: "nexus-cli" });

  test("signs in on another device, and renews its tokens one at a time", async () => {
    const device = await start();
    expect(device.verificationUri).toContain("/device");
    const user = await decide(device.userCode, "allow");
    const tokens = await device.tokens();
    const { body } = await auth.call("GET", "/validate", { bearer: tokens.accessToken });
    expect(body).toMatchObject({ valid: true, user: { id: user.id } });

    let now = Date.now();
    const kept: TokenSet[] = [];
    const source = createTokenSource({
      authUrl: auth.url,
      clientId: "nexus-cli",
      tokens,
      now: () => now,
      onTokens: (set) => void kept.push(set),
    });
    expect(await source.accessToken()).toBe(tokens.accessToken);
    now += 9 * 60_000 + 31_000;
    const renewed = await Promise.all(Array.from({ length: 10 }, () => source.accessToken()));
    expect(new Set(renewed).size).toBe(1);
    expect(renewed[0]).not.toBe(tokens.accessToken);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.refreshToken).not.toBe(tokens.refreshToken);
    await source.revoke();
    now += 3_600_000;
    await expect(source.accessToken()).rejects.toMatchObject({ code: "invalid_grant" });
  }, 30_000);

  test("reports a denial, and can be cancelled", async () => {
    const refused = await start();
    await decide(refused.userCode, "deny");
    await expect(refused.tokens()).rejects.toMatchObject({ code: "access_denied" });
    const abort = new AbortController();
    const waiting = (await start()).tokens({ signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
  }, 30_000);
});
