import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Frame, Page } from "@playwright/test";

/** What is looked at: all rules of the levels that pages keep, or those alone that depend on colours. */
const allRules = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } as const;
const rulesOfColours = { type: "rule", values: ["color-contrast", "link-in-text-block"] } as const;
type Rules = typeof allRules | typeof rulesOfColours;

/** Until nothing moves that ends: colours of what is half faded in have no contrast yet. */
const untilStill = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(passing.map(({ finished }) => finished)).then(() => undefined);
  });

const rulesSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The builder would put in more than twice as much, and would do so twice, each time a page is looked at. */
const putRulesIn = async (frame: Frame): Promise<void> => {
  if (!(await frame.evaluate(() => Reflect.has(globalThis, "axe")))) await frame.evaluate(rulesSource);
};
const nothingMore = "void 0";

const analyze = async (page: Page, { type, values }: Rules): Promise<string[]> => {
  await untilStill(page);
  await Promise.all(page.frames().map(putRulesIn));
  const { violations } = await new AxeBuilder({ page, axeSource: nothingMore })
    // Its other mode opens a page of its own each time, for frames of other origins: ours show nothing.
    .setLegacyMode(true)
    // Describing what passes takes as long as finding what does not.
    .options({ resultTypes: ["violations"], runOnly: { type, values: [...values] } })
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
};

/** What breaks a rule on a page as it stands: found twice, since something may have begun to fade while it was looked at. */
export const violationsOf = async (page: Page, rules: Rules = allRules): Promise<string[]> => {
  const found = await analyze(page, rules);
  return found.length === 0 ? found : analyze(page, rules);
};

/** Everything that rules judge by but colours. */
const contentOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const places = Array.from(document.querySelectorAll("*"), (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [element.checkVisibility(), x, y, width, height].join();
    });
    return document.body.outerHTML + places.join(";");
  });

/** Asks again and again what breaks a rule on a page. What is the same in other colours keeps every other rule there as well. */
export const violationsAgain = (page: Page): (() => Promise<string[]>) => {
  let judged: string | undefined;
  return async () => {
    const content = await contentOf(page);
    const rules = content === judged ? rulesOfColours : allRules;
    judged = content;
    return violationsOf(page, rules);
  };
};

/** What is wrong with a page as it stands: light and dark, on a desk and on a phone; sideways scrolling counts. */
export const problemsOf = async (page: Page): Promise<string[]> => {
  const problems: string[] = [];
  const violations = violationsAgain(page);
  for (const width of [1280, 375]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const look = `${colorScheme} ${width}`;
      for (const violation of await violations()) problems.push(`${look} ${violation}`);
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
        problems.push(`${look} scrolls sideways`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  return problems;
};
