// A picture of every page, light and dark, wide and on a phone: taken anew, or compared with those that are kept.
import { expect, type Page } from "@playwright/test";
import { accountPages, dashboardPages, fileNameOf, missingPage, strangersPages } from "./places.ts";
import { settle } from "./settle.ts";
import { test } from "./tour-test.ts";

test.describe.configure({ mode: "default", timeout: 900_000 });

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** What differs with each run and says nothing of the page: times, ids, keys, ports. */
const holdStill = (): void => {
  const calm: readonly (readonly [RegExp, string])[] = [
    [/\b([a-z]{2,5})_[A-Za-z0-9-]{8,}/g, "$1_4f7c2a90"],
    [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "4f7c2a90"],
    [/localhost:\d+/g, "localhost:3000"],
    [/\b\d{1,4} (ms|s)\b/g, "8 $1"],
  ];
  for (const time of document.querySelectorAll("time")) time.textContent = "today, 10:00";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    text.nodeValue = calm.reduce((words, [varies, instead]) => words.replaceAll(varies, instead), text.nodeValue ?? "");
};

const takeIn = async (page: Page, url: string, room: string, name: string): Promise<void> => {
  for (const colorScheme of ["light", "dark"] as const)
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      await page.goto(url);
      await settle(page);
      await page.evaluate(holdStill);
      await expect.soft(page).toHaveScreenshot([room, `${name}-${size}-${colorScheme}.png`], {
        animations: "disabled",
        caret: "hide",
        // Kept pictures have few colours; days and months begin while somebody looks.
        threshold: 0.2,
        maxDiffPixelRatio: 0.005,
      });
    }
};

const ofOperators = new Set(["/organizations", "/platform-credentials", "/system"]);

for (const path of [...dashboardPages, missingPage])
  test(`dashboard ${path}`, async ({ tour: { facts, pageOf } }) => {
    const page = await pageOf(ofOperators.has(path) ? "operator" : "owner");
    await takeIn(page, `${facts.gatewayUrl}${path}`, "dashboard", fileNameOf(path));
  });

for (const path of ["/docs", "/docs/quick-start"])
  test(`documentation ${path}`, async ({ page, tour: { facts } }) => {
    await takeIn(page, `${facts.gatewayUrl}${path}`, "documentation", fileNameOf(path));
  });

for (const path of Object.keys(strangersPages))
  test(`Auth ${path}`, async ({ page, tour: { facts } }) => {
    await takeIn(page, `${facts.authUrl}${path}`, "auth", fileNameOf(path));
  });

for (const path of accountPages)
  test(`Auth, signed in, ${path}`, async ({ tour: { facts, pageOf } }) => {
    await takeIn(await pageOf("member"), `${facts.authUrl}${path}`, "auth", fileNameOf(path));
  });
