import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const skipped = new Set(["node_modules", ".git", ".next", ".nexus", "dist", "test-results", "playwright-report"]);
const sources = /\.(?:tsx?|mjs|sql|prisma)$/;

/** The changelog speaks of names that were; generated pages are made from the names that are. */
const unchecked = /^(?:CHANGELOG\.md|docs\/generated\/)/;

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !skipped.has(name));
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    }),
  );
  return nested.flat();
};

/** What a code span names: a file or folder, a script of package.json, an identifier or a setting. */
const nameIn = (
  span: string,
  folders: ReadonlySet<string>,
): { kind: "path" | "script" | "word"; name: string } | undefined => {
  const script = /^npm (?:run (?:-s )?|(?=test\b|start\b))([a-z:-]+)/.exec(span)?.[1];
  if (script !== undefined) return { kind: "script", name: script };
  if (/^[\w@.()[\]<>*/-]+$/.test(span)) {
    if (/\w\.(?:tsx?|mjs|sql)$/.test(span)) return { kind: "path", name: span };
    if (span.includes("/") && folders.has(span.split("/", 1)[0] ?? "")) return { kind: "path", name: span };
  }
  const word = /^(?:[A-Za-z]\w*\.)*([A-Za-z]\w*)(?:\(\))?$/.exec(span)?.[1];
  if (word !== undefined && (/[a-z][A-Z]/.test(word) || /^(?:NEXUS|AUTH|PLATFORM|TOPOLO)_/.test(word)))
    return { kind: "word", name: word };
  return undefined;
};

/** `<a>` and `*` stand for one part of a path, `**` for any number of them. */
const patternOf = (path: string): RegExp => {
  const escaped = path
    .replace(/\/$/, "")
    .replaceAll(/[.()[\]]/g, String.raw`\$&`)
    .replaceAll(/\*\*|\*|<[^>]*>/g, (sign) => (sign === "**" ? ".+" : "[^/]+"));
  return new RegExp(`(?:^|/)${escaped}(?:$|/)`);
};

/** Files, scripts, identifiers and settings that Markdown pages name in code spans and the repository does not have: `file: name`. */
export const findStaleNames = async (root: string): Promise<readonly string[]> => {
  const files = await filesIn(root);
  const paths = files.map((path) => relative(root, path));
  const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => path.split("/", 1)[0] ?? ""));
  const texts = await Promise.all(files.filter((path) => sources.test(path)).map((path) => readFile(path, "utf8")));
  const { scripts = {} } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    scripts?: Record<string, string>;
  };
  const exists = {
    path: (name: string) => {
      const pattern = patternOf(name);
      return paths.some((path) => pattern.test(path));
    },
    script: (name: string) => name === "start" || name === "test" || name in scripts,
    word: (name: string) => texts.some((text) => text.includes(name)),
  };

  const stale: string[] = [];
  for (const path of paths.filter((name) => name.endsWith(".md") && !unchecked.test(name))) {
    const text = (await readFile(join(root, path), "utf8")).replaceAll(/^(`{3,})[\s\S]*?^\1/gm, "");
    for (const [, span = ""] of text.matchAll(/`([^`\n]+)`/g)) {
      const named = nameIn(span, folders);
      if (named !== undefined && !exists[named.kind](named.name)) stale.push(`${path}: ${named.name}`);
    }
  }
  return stale;
};
