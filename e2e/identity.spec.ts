import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { expect, test, type BrowserContext, type CDPSession, type Page, type Request } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun } from "./first-run.ts";
import { linkInMail } from "./mailbox.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

// The same product may be asked more than once.
const run = Date.now().toString(36);
const person = { name: "Grace Hopper", email: `grace-${run}@example.com`, password: "a very plain test sentence" };
const guest = { name: "Alan Turing", email: `alan-${run}@example.com`, password: "an equally plain test sentence" };
const secondPassword = "quite another plain sentence";
const nativeClient = "nexus-cli";

let auth: string;
let context: BrowserContext;
let page: Page;
let devtools: CDPSession;
let authenticatorId: string;
let totp: TOTP;
let offersInFields = false;
let recoveryCodes: readonly string[] = [];
let workspaceId: string;
const formsSeen: string[] = [];
const addresses: string[] = [];
const violations: string[] = [];

/** Reports every form that is ever part of a page, from the first byte on. */
const reportForms = (): void => {
  const tell: unknown = Reflect.get(globalThis, "formSeen");
  const look = (): void => {
    if (document.querySelector("form") && typeof tell === "function") tell(location.href);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
};

/** A browser that offers no passkeys in fields, unless told to: the virtual finger would touch whichever comes first. */
const offerInFieldsWhenTold = (): void => {
  const told: unknown = Reflect.get(globalThis, "offersInFields");
  if ("PublicKeyCredential" in globalThis && typeof told === "function")
    Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: () => told() as Promise<boolean> });
};

const watch = (target: BrowserContext): void => {
  target.on("request", (request) => addresses.push(request.url()));
  target.on("console", (message) => {
    if (/content security policy|hydrat/i.test(message.text())) violations.push(message.text());
  });
  target.on("weberror", (error) => violations.push(error.error().message));
};

interface PageAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks Auth from one of its own pages, as the pages do. */
const ask = (target: Page, method: string, path: string, body?: unknown): Promise<PageAnswer> =>
  target.evaluate(
    async (call) => {
      const response = await fetch(call.path, {
        method: call.method,
        headers: { "X-Topolo-Auth": "1", "Content-Type": "application/json" },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    { method, path, body },
  );

const signIn = async (target: Page, email: string, password: string): Promise<void> => {
  await target.getByLabel("E-mail").fill(email);
  await target.getByLabel("Password", { exact: true }).fill(password);
  await target.getByRole("button", { name: "Sign in", exact: true }).click();
};

/** Whether the person touches the authenticator as soon as it is asked; one that is asked earlier waits. */
const touch = async (isTouched: boolean): Promise<void> => {
  await devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: isTouched });
};

const signInWithPasskey = async (): Promise<void> => {
  await touch(true);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
};

const signOut = async (): Promise<void> => {
  await page.goto(`${auth}/`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
};

const register = async (target: Page, { name, email, password }: typeof person): Promise<void> => {
  await target.getByLabel("Your name").fill(name);
  await target.getByLabel("E-mail").fill(email);
  await target.getByLabel("Password", { exact: true }).fill(password);
  await target.getByRole("button", { name: "Create account" }).click();
  await expect(target.getByRole("heading", { name: "Check your e-mail" })).toBeVisible();
};

test.beforeAll(async ({ browser }) => {
  auth = readFirstRun().authUrl;
  context = await browser.newContext();
  watch(context);
  await context.exposeFunction("formSeen", (address: string) => formsSeen.push(address));
  await context.addInitScript(reportForms);
  await context.exposeFunction("offersInFields", () => offersInFields);
  await context.addInitScript(offerInFieldsWhenTold);
  page = await context.newPage();
  devtools = await context.newCDPSession(page);
});
test.afterAll(() => context.close());

test("a newcomer registers with a developer workspace and verifies the address by the mail's link [D1, F3]", async () => {
  await page.goto(`${auth}/`);
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("I build apps for Topolo").check();
  await page.getByLabel("Name of the workspace").fill("Hopper Systems");
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill("password1");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert").getByText("Check the marked fields")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await register(page, person);

  const link = await linkInMail(person.email, "/verify-email");
  const posted: string[] = [];
  const note = (request: Request): void => {
    if (request.method() === "POST") posted.push(new URL(request.url()).pathname);
  };
  page.on("request", note);
  await page.goto(link);
  const confirm = page.getByRole("button", { name: "Confirm the address" });
  await expect(confirm).toBeVisible();
  expect(page.url()).toBe(`${auth}/verify-email`);
  await expect(page.getByText(person.email)).toBeVisible();
  await page.waitForTimeout(500);
  // Opening the page only reads; whoever scans mail opens it as well.
  expect(posted).toEqual(["/email/links/preview"]);
  page.off("request", note);
  expect(await problemsOf(page)).toEqual([]);
  await page.getByLabel("Password of the account").fill("not the password");
  await confirm.click();
  await expect(page.getByRole("alert").getByText("Wrong password")).toBeVisible();
  await page.getByLabel("Password of the account").fill(person.password);
  await confirm.click();
  await expect(page.getByRole("heading", { name: "Your address is verified" })).toBeVisible();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link is no longer valid" })).toBeVisible();
});

test("a wrong password shows an error at the focused field; the right one offers to add a passkey [D1]", async () => {
  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent("/add-passkey")}`);
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "Wrong e-mail address or password" })).toBeFocused();
  await devtools.send("WebAuthn.enable", { enableUI: false });
  ({ authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  }));
  await signIn(page, person.email, person.password);
  await page.waitForURL(`${auth}/add-passkey`);
  await expect(page.getByLabel("Name of the passkey")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await touch(true);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("heading", { name: "Your passkey is ready" })).toBeVisible();
  await touch(false);
  expect((await ask(page, "GET", "/api/me/passkeys")).body).toMatchObject({ passkeys: [{ name: "My passkey" }] });
  await page.getByRole("link", { name: "Continue" }).click();
  await expect(
    page
      .getByText("Hopper Systems")
      .or(page.getByRole("heading", { name: "Your apps" }))
      .first(),
  ).toBeVisible();
  const me = await ask(page, "GET", "/api/me");
  expect(me.body).toMatchObject({ role: "owner", organization: { name: "Hopper Systems" } });
  workspaceId = String(Reflect.get(Object(me.body["organization"]), "id"));
});

test("after signing out the session has ended, and a passkey alone signs in again [D1, D8]", async () => {
  await signOut();
  expect((await ask(page, "GET", "/api/me")).status).toBe(401);
  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent("/choose-organization")}`);
  await signInWithPasskey();
  await page.waitForURL(`${auth}/choose-organization`);
  await expect(page.getByRole("button", { name: "Hopper Systems" })).toBeVisible();
  await touch(false);
  expect(await problemsOf(page)).toEqual([]);
});

test("the browser offers the passkey in the e-mail field without a click [D1]", async () => {
  await signOut();
  offersInFields = true;
  await touch(true);
  await page.goto(`${auth}/sign-in`);
  await page.waitForURL(`${auth}/home`);
  await touch(false);
  offersInFields = false;
});

test("no form appears while a session is being restored, however slow Auth is [C6]", async () => {
  await page.route("**/api/me", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await route.continue();
  });
  formsSeen.length = 0;
  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent("/choose-organization")}`);
  await expect(page.getByLabel("Restoring your session")).toBeVisible();
  await page.waitForURL(`${auth}/choose-organization`);
  await expect(page.getByRole("button", { name: "Hopper Systems" })).toBeVisible();
  expect(formsSeen).toEqual([]);
  await page.unroute("**/api/me");
});

test("an outage of Auth shows no form and signs nobody out; the page recovers by itself [C6]", async () => {
  await page.route("**/api/me", (route) => route.fulfill({ status: 503, contentType: "application/json", body: "{}" }));
  formsSeen.length = 0;
  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent("/choose-organization")}`);
  await expect(page.getByText("Topolo Auth cannot be reached.")).toBeVisible();
  await page.unroute("**/api/me");
  await page.waitForURL(`${auth}/choose-organization`);
  expect(formsSeen).toEqual([]);
});

test("the sign-in page does not shift after it is shown [C6]", async ({ browser }) => {
  const fresh = await browser.newContext({ viewport: { width: 375, height: 700 } });
  const other = await fresh.newPage();
  await other.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push(Number(Reflect.get(entry, "value")));
    }).observe({ type: "layout-shift", buffered: true });
  });
  await other.goto(`${auth}/sign-in`);
  await expect(other.getByRole("link", { name: "Create an account" })).toBeVisible();
  await other.waitForTimeout(300);
  expect(await other.evaluate(() => Reflect.get(globalThis, "shifts"))).toEqual([]);
  await fresh.close();
});

test("the form detector of this suite detects a form [C6]", async () => {
  formsSeen.length = 0;
  await page.goto(`${auth}/forgot-password`);
  await expect(page.getByLabel("E-mail")).toBeVisible();
  expect(formsSeen.length).toBeGreaterThan(0);
});

test("signing in leads to a page of Auth, whatever the link asks for [D1]", async () => {
  for (const elsewhere of ["https://example.com/", "//example.com/", "/.//example.com/", "/\\example.com/"]) {
    await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent(elsewhere)}`);
    await page.waitForURL(`${auth}/home`);
    await page.evaluate(() => sessionStorage.clear());
  }
});

test("a redirect loop ends with an error message [C6]", async () => {
  await page.evaluate(() => {
    const again = { to: "/choose-organization", at: Date.now() + 60_000 };
    sessionStorage.setItem("topolo_auth_continued", JSON.stringify([again, again, again]));
  });
  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent("/choose-organization")}`);
  await expect(page.getByText("keeps sending you back here")).toBeVisible();
  await page.evaluate(() => sessionStorage.clear());
});

test("with an authenticator set up, the password alone does not sign in [D1]", async () => {
  const started = await ask(page, "POST", "/api/me/mfa/totp", {});
  expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
  totp = new TOTP({ secret: Secret.fromBase32(String(started.body["secret"])), digits: 6, period: 30 });
  const confirmed = await ask(page, "POST", `/api/me/mfa/totp/${String(started.body["id"])}/confirm`, {
    code: totp.generate({ timestamp: Date.now() - 30_000 }),
  });
  expect(confirmed.status, JSON.stringify(confirmed.body)).toBe(200);
  const codes = confirmed.body["recoveryCodes"];
  recoveryCodes = Array.isArray(codes) ? codes.map(String) : [];
  expect(recoveryCodes).toHaveLength(10);
  expect((await ask(page, "PUT", "/api/me/mfa/required", { required: true })).status).toBe(200);
  await signOut();

  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent("/choose-organization")}`);
  await signIn(page, person.email, person.password);
  await expect(page.getByRole("heading", { name: "Confirm your identity" })).toBeVisible();
  expect((await ask(page, "GET", "/api/me")).status).toBe(401);
  const code = page.getByLabel("Code from your authenticator app");
  await expect(code).toBeFocused();
  expect(await problemsOf(page)).toEqual([]);
  await code.fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "code is wrong" })).toBeFocused();
  await code.fill(totp.generate());
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(`${auth}/choose-organization`);
});

test("a recovery code or a passkey replaces the authenticator; an abandoned sign-in starts over [D1]", async () => {
  await signOut();
  await page.goto(`${auth}/sign-in`);
  await signIn(page, person.email, person.password);
  await expect(page.getByLabel("Code from your authenticator app")).toBeVisible();
  await page.reload();
  await expect(page.getByText("start again")).toBeVisible();
  await page.getByRole("link", { name: "Back to sign-in" }).click();
  await signIn(page, person.email, person.password);
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  await page.getByLabel("Recovery code").fill(recoveryCodes[0] ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(`${auth}/home`);
  await signOut();
  await page.goto(`${auth}/sign-in`);
  await signIn(page, person.email, person.password);
  await touch(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${auth}/home`);
  await touch(false);
});

test("a password reset by e-mail ends every session and skips no second factor [D1]", async ({ browser }) => {
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  watch(elsewhere);
  await other.goto(`${auth}/sign-in`);
  await other.getByRole("link", { name: "Forgot password?" }).click();
  await expect(other.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await other.getByLabel("E-mail").fill(person.email);
  await other.getByRole("button", { name: "Send the link" }).click();
  await expect(other.getByRole("heading", { name: "Check your e-mail" })).toBeVisible();
  await other.goto(await linkInMail(person.email, "/reset-password"));
  await other.getByRole("textbox", { name: "New password" }).fill(secondPassword);
  await other.getByRole("button", { name: "Save password" }).click();
  await expect(other.getByRole("heading", { name: "Your password was changed" })).toBeVisible();
  expect(other.url()).toBe(`${auth}/reset-password`);
  expect((await ask(page, "GET", "/api/me")).status).toBe(401);
  await other.getByRole("link", { name: "Sign in" }).click();
  await other.waitForURL(`${auth}/sign-in?return_to=%2Fways-in`);
  await signIn(other, person.email, secondPassword);
  await expect(other.getByRole("heading", { name: "Confirm your identity" })).toBeVisible();
  await elsewhere.close();

  await page.goto(`${auth}/sign-in`);
  await signInWithPasskey();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await touch(false);
});

const verifier = randomBytes(32).toString("base64url");

const authorizeUrl = (redirectUri: string): string =>
  `${auth}/sso/authorize?${new URLSearchParams({
    client_id: nativeClient,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "openid profile",
    state: "a-state-of-the-test",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    prompt: "consent",
  })}`;

/** A program that waits on loopback for the browser to come back. */
const listenAsProgram = async (): Promise<{ readonly server: Server; readonly redirectUri: string }> => {
  const server = createServer((_, response) => response.end("You can go back to the program."));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return { server, redirectUri: `http://127.0.0.1:${address.port}/callback` };
};

test("a third-party client gets nothing without consent [D2]", async () => {
  const { server, redirectUri } = await listenAsProgram();
  try {
    await page.goto(authorizeUrl(redirectUri));
    await expect(page.getByRole("heading", { name: /^Allow Topolo Nexus command line/ })).toBeVisible();
    await expect(page.getByText(person.email)).toBeVisible();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForURL(/127\.0\.0\.1.*error=access_denied/);
    await page.goto(authorizeUrl(redirectUri));
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(/127\.0\.0\.1.*code=/);
    const answer = new URL(page.url()).searchParams;
    expect(answer.get("state")).toBe("a-state-of-the-test");
    expect(answer.get("iss")).toBe(auth);
    const exchanged = await fetch(`${auth}/sso/exchange`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: nativeClient,
        code: answer.get("code") ?? "",
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    expect(exchanged.status, await exchanged.clone().text()).toBe(200);
  } finally {
    server.close();
  }
});

test("a device is connected by the code it shows [D1]", async () => {
  const started = await fetch(`${auth}/oauth/device`, {
    method: "POST",
    body: new URLSearchParams({ client_id: nativeClient, scope: "openid profile" }),
  });
  expect(started.status, await started.clone().text()).toBe(200);
  const { user_code: userCode, device_code: deviceCode } = (await started.json()) as Record<string, string>;
  await page.goto(`${auth}/device?user_code=WRONG-CODE`);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "code is wrong" })).toBeFocused();
  await page.getByLabel("Code shown on the device").fill(userCode ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: /^Connect Topolo Nexus command line/ })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page.getByRole("heading", { name: "The device is connected" })).toBeVisible();
  const token = await fetch(`${auth}/sso/exchange`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: nativeClient,
      device_code: deviceCode ?? "",
    }),
  });
  expect(token.status, await token.clone().text()).toBe(200);
});

test("a person invited by e-mail creates an account and joins [D1]", async ({ browser }) => {
  const invited = await ask(page, "POST", `/api/organizations/${workspaceId}/invitations`, {
    email: guest.email,
    role: "member",
  });
  expect(invited.status, JSON.stringify(invited.body)).toBe(201);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  watch(elsewhere);
  const invitation = await linkInMail(guest.email, "/accept-invitation");
  await other.goto(invitation);
  await expect(other.getByRole("heading", { name: "Join Hopper Systems" })).toBeVisible();
  expect(await problemsOf(other)).toEqual([]);
  expect(other.url()).toBe(`${auth}/accept-invitation`);
  await other.getByRole("link", { name: "Create an account" }).click();
  // The link was remembered: the address stands there, and its mail has shown whose it is.
  await expect(other.getByLabel("E-mail")).toHaveValue(guest.email);
  await expect(other.getByLabel("E-mail")).toHaveAttribute("readonly");
  expect(await problemsOf(other)).toEqual([]);
  await other.getByLabel("Your name").fill(guest.name);
  await other.getByLabel("Password", { exact: true }).fill(guest.password);
  await other.getByRole("button", { name: "Create account" }).click();
  await other.waitForURL(`${auth}/accept-invitation`);
  await other.getByRole("button", { name: "Join Hopper Systems" }).click();
  await other.waitForURL(`${auth}/home`);
  await expect(other.getByRole("link", { name: /Roadmapper/ })).toBeVisible();
  expect(await problemsOf(other)).toEqual([]);
  expect((await ask(other, "GET", "/api/me")).body).toMatchObject({
    role: "member",
    organization: { name: "Hopper Systems" },
  });
  await other.goto(invitation);
  await expect(other.getByRole("heading", { name: "This invitation is no longer valid" })).toBeVisible();
  await elsewhere.close();
});

test("no page puts a secret into a URL [D4]", () => {
  expect(addresses.length).toBeGreaterThan(100);
  // A program's authorization code comes back to its own address; everything else is Auth's.
  const own = addresses.filter((address) => address.startsWith(`${auth}/`)).map((address) => new URL(address).search);
  for (const secret of [/token/i, /password/i, /mfa/i, /eyJ/, /[?&]code=/])
    expect(own.filter((search) => secret.test(search))).toEqual([]);
});

test("no page violated its content security policy or failed to start [D1]", () => {
  expect(violations).toEqual([]);
});
