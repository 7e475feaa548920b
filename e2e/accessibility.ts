import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Until nothing moves that ends: colours of what is half faded in have no contrast yet. */
const untilStill = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(passing.map(({ finished }) => finished)).then(() => undefined);
  });

const analyze = async (page: Page): Promise<string[]> => {
  await untilStill(page);
  const { violations } = await new AxeBuilder({ page })
    // Its other mode opens a page of its own each time, for frames of other origins: ours show nothing.
    .setLegacyMode(true)
    // Describing what passes takes as long as finding what does not.
    .options({ resultTypes: ["violations"], runOnly: { type: "tag", values: tags } })
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
};

/** What breaks a rule on a page as it stands: found twice, since something may have begun to fade while it was looked at. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  const found = await analyze(page);
  return found.length === 0 ? found : analyze(page);
};

/** What is wrong with a page as it stands: light and dark, on a desk and on a phone; sideways scrolling counts. */
export const problemsOf = async (page: Page): Promise<string[]> => {
  const problems: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 800 });
      const look = `${colorScheme} ${width}`;
      for (const violation of await violationsOf(page)) problems.push(`${look} ${violation}`);
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
        problems.push(`${look} scrolls sideways`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  return problems;
};
