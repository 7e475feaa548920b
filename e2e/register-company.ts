import { expect, type Page } from "@playwright/test";
import type { FirstRunFacts } from "./first-run.ts";
import { linkInMail } from "./mailbox.ts";

interface Company {
  readonly name: string;
  readonly owner: { readonly email: string; readonly password: string };
}

/** Registers a company with its owner, who verifies the address and signs in at a page of the dashboard. */
export const registerCompany = async (
  page: Page,
  { gatewayUrl, authUrl }: FirstRunFacts,
  { name, owner }: Company,
  path: string,
): Promise<void> => {
  const registered = await fetch(`${authUrl}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...owner, developerWorkspace: true, createOrganization: true, organizationName: name }),
  });
  expect(registered.status).toBe(202);
  await page.goto(await linkInMail(owner.email, "/verify-email"));
  await page.getByLabel("Password of the account").fill(owner.password);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is verified" })).toBeVisible();
  await page.goto(gatewayUrl + path);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
};
