import { existsSync } from "node:fs";

/**
 * The Chromium of this machine. Debian's shell without windows comes first: it takes half the processor time of the whole
 * browser. Undefined where there is none, so that Playwright's own is used.
 */
export const findChromium = () =>
  [
    process.env.PLAYWRIGHT_CHROMIUM,
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ].find((path) => path !== undefined && existsSync(path));

/** How tests launch it. */
export const chromiumOptions = () => {
  const executablePath = findChromium();
  // Chromium refuses its own sandbox to root.
  const isRoot = process.getuid?.() === 0;
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ["--disable-background-networking", "--disable-gpu", ...(isRoot ? ["--no-sandbox"] : [])],
  };
};
