import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

const skipped = new Set(["node_modules", ".git", ".next", ".nexus", "dist", "test-results", "playwright-report"]);

const markdownFiles = async (folder: string): Promise<string[]> => {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !skipped.has(name));
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return entry.name.endsWith(".md") ? [path] : [];
    }),
  );
  return nested.flat();
};

const withoutCode = (text: string): string => text.replaceAll(/^(`{3,})[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** As the forges make them: lower case, spaces to dashes, other signs gone. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/[`*]/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (text: string): Set<string> =>
  new Set([
    ...[...text.replaceAll(/^(`{3,})[\s\S]*?^\1/gm, "").matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
      anchorOf(heading),
    ),
    ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id),
  ]);

/** Relative links, images and anchors of all Markdown files that lead nowhere: `file: target`. */
export const findBrokenLinks = async (root: string): Promise<readonly string[]> => {
  const broken: string[] = [];
  for (const file of await markdownFiles(root)) {
    const text = await readFile(file, "utf8");
    const links = withoutCode(text).matchAll(/\[[^\]]*\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g);
    for (const [, target = ""] of links) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const found = path === "" ? file : join(dirname(file), decodeURIComponent(path));
      const leads =
        existsSync(found) &&
        (anchor === undefined || !found.endsWith(".md") || anchorsOf(await readFile(found, "utf8")).has(anchor));
      if (!leads) broken.push(`${relative(root, file)}: ${target}`);
    }
  }
  return broken;
};
