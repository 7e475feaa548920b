import { chromium } from "@playwright/test";
import { chromiumOptions } from "../../scripts/find-chromium.mjs";
import startProducts from "../start-products.ts";
import { furnish } from "./furnish.ts";

/** Starts everything and fills it; returns the way to end it. */
const startTour = async (): Promise<() => Promise<void>> => {
  const end = await startProducts({ workers: 1 });
  const browser = await chromium.launch(chromiumOptions());
  try {
    await furnish(browser);
    return end;
  } catch (error) {
    await end();
    throw error;
  } finally {
    await browser.close();
  }
};

export default startTour;
