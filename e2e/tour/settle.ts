import { expect, type Page } from "@playwright/test";

/** Until a page shows what it has: its heading, and no place any more of what is still loading. */
export const settle = async (page: Page): Promise<void> => {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator(".animate-shimmer:visible")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
};
