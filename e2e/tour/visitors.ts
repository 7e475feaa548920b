import { expect, type Browser, type Page } from "@playwright/test";
import type { FirstRunFacts } from "../first-run.ts";

export interface VisitingPerson {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Who looks at the pages. */
export type Visitor = "operator" | "owner" | "member" | "guest" | "newcomer" | "nobody";

const personOf = (name: string): VisitingPerson => ({
  name,
  email: `${name.split(" ")[0]?.toLowerCase()}@northwind.example`,
  password: "a very plain test sentence",
});

/** Administrator of the platform; owner, member and guest of one company; owner of a new one; of none at all. */
export const visitors: Readonly<Record<Visitor, VisitingPerson>> = {
  operator: personOf("Ada Lovelace"),
  owner: personOf("Olivia Owner"),
  member: personOf("Mel Member"),
  guest: personOf("Gus Guest"),
  newcomer: personOf("Nel Newcomer"),
  nobody: personOf("Nora Nobody"),
};

/** A page of a browser of the visitor's own, signed in; the administrator's at the organization that administers all. */
export const enterAs = async (browser: Browser, { gatewayUrl }: FirstRunFacts, visitor: Visitor): Promise<Page> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const { email, password } = visitors[visitor];
  await page.goto(gatewayUrl);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((url) => url.origin === gatewayUrl);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  if (visitor === "operator") {
    await page.getByRole("button", { name: /^Organization/ }).click();
    await page.getByRole("menuitemradio", { name: "Topolo Administration", exact: true }).click();
    await expect(page.getByRole("button", { name: /^Organization: Topolo Administration/ })).toBeVisible();
  }
  return page;
};
