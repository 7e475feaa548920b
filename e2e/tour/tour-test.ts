import { test as base, type Page } from "@playwright/test";
import { readFirstRun, type FirstRunFacts } from "../first-run.ts";
import { enterAs, type Visitor } from "./visitors.ts";

export interface Tour {
  readonly facts: FirstRunFacts;
  /** The page that a visitor has open, signed in at the first call. */
  readonly pageOf: (visitor: Visitor) => Promise<Page>;
}

/** A test of a product that has been filled for visitors, who stay signed in from one to the next. */
export const test = base.extend<object, { readonly tour: Tour }>({
  tour: [
    async ({ browser }, use) => {
      const facts = readFirstRun();
      const pages = new Map<Visitor, Promise<Page>>();
      await use({
        facts,
        pageOf: (visitor) => {
          const page = pages.get(visitor) ?? enterAs(browser, facts, visitor);
          pages.set(visitor, page);
          return page;
        },
      });
      for (const page of pages.values()) await (await page).context().close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});
