import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What is wrong with a page as it stands: light and dark, on a desk and on a phone; sideways scrolling counts. */
export const problemsOf = async (page: Page): Promise<string[]> => {
  const problems: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 800 });
      // Its other mode opens a page of its own each time, for frames of other origins: ours show nothing.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(tags).analyze();
      const look = `${colorScheme} ${width}`;
      for (const { id, nodes } of violations)
        problems.push(`${look} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
        problems.push(`${look} scrolls sideways`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  return problems;
};
