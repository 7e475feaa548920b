// Long looks at every page of a product that is started and filled for it:
// `crawl` (accessibility, width, policies, requests elsewhere, console), `vitals` (LCP, CLS, INP, script) and
// `screenshots` (taken anew into docs/screenshots; with --compare held against those that are there).
import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { ensureCompiled, ensureInstalled, node, root, toolEnv } from "./toolchain.mjs";

const [look = "", ...rest] = process.argv.slice(2);
if (!["crawl", "vitals", "screenshots"].includes(look))
  throw new Error(`Expected crawl, vitals or screenshots, not "${look}".`);
ensureInstalled();
ensureCompiled();
const takes = look === "screenshots" && !rest.includes("--compare");
const { status } = spawnSync(
  node,
  [
    "--disable-warning=ExperimentalWarning",
    join(root, "node_modules", "@playwright", "test", "cli.js"),
    "test",
    "--config=e2e/tour/playwright.config.ts",
    look,
    ...(takes ? ["--update-snapshots=all"] : []),
    ...rest.filter((word) => word !== "--compare"),
  ],
  { cwd: root, env: toolEnv(), stdio: "inherit" },
);

/** Few colours are enough to see a page by, and a fraction of the bytes. */
const shrink = async (path) => {
  const picture = await readFile(path);
  const small = await sharp(picture).png({ palette: true, colours: 48, dither: 0, effort: 10 }).toBuffer();
  if (small.length < picture.length * 0.9) await writeFile(path, small);
};

if (takes) {
  const folder = join(root, "docs", "screenshots");
  for (const name of await readdir(folder, { recursive: true }))
    if (name.endsWith(".png")) await shrink(join(folder, name));
}
process.exitCode = status ?? 1;
