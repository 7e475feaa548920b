import { expect, test } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun } from "./first-run.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";
import { setSignInBack } from "./set-sign-in-back.ts";

test.describe.configure({ timeout: 180_000 });

const nativeClient = "nexus-cli";
const owner = { email: `device-${Date.now().toString(36)}@example.com`, password: "a very plain test sentence" };

test("connecting a device with a sign-in of an hour ago asks who is there, by what the person has, and goes on", async ({
  page,
}) => {
  const facts = readFirstRun();
  await registerCompany(page, facts, { name: "Devices", owner }, "/");
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  const started = await fetch(`${facts.authUrl}/oauth/device`, {
    method: "POST",
    body: new URLSearchParams({ client_id: nativeClient, scope: "openid profile" }),
  });
  const { user_code: userCode = "", device_code: deviceCode = "" } = (await started.json()) as Record<string, string>;
  await setSignInBack(owner.email);
  await page.goto(`${facts.authUrl}/device?user_code=${userCode}`);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Confirm your identity" })).toBeVisible();
  await expect(page.getByLabel("Your password")).toBeVisible();
  // The account has neither codes nor a passkey.
  await expect(page.getByLabel(/[Cc]ode/)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Use a passkey" })).toHaveCount(0);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "confirm-identity");
  await page.getByLabel("Your password").fill(owner.password);
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByLabel("Code shown on the device")).toHaveValue(userCode);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: /^Connect Topolo Nexus command line/ })).toBeVisible();
  await picture(page, "device-old-sign-in");
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page.getByRole("heading", { name: "The device is connected" })).toBeVisible();
  const token = await fetch(`${facts.authUrl}/sso/exchange`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: nativeClient,
      device_code: deviceCode,
    }),
  });
  expect(token.status).toBe(200);
});
