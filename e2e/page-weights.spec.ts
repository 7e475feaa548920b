import { expect, test } from "@playwright/test";
import { join } from "node:path";
import { overWeight, weighPages } from "../scripts/page-weights.ts";
import { ensureDashboardBuilt } from "../server/process/dashboard-build.ts";
import { projectRoot } from "../server/platform/own-files.ts";

test("no page of the dashboard loads more script than its budget", async () => {
  const build = await ensureDashboardBuilt(projectRoot, () =>
    Promise.reject(new Error("the product of the journeys has built it")),
  );
  const pages = await weighPages(join(projectRoot, build));
  // A page that is missing here would never be too heavy.
  expect(pages.map(({ page }) => page)).toEqual(
    expect.arrayContaining(["/", "/calls", "/email/templates", "/sign-in"]),
  );
  for (const { page, initial, ours } of pages) expect(initial, page).toBeGreaterThan(ours);
  expect(overWeight(pages)).toEqual([]);
});
