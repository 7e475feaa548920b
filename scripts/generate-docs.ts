import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { errorTable } from "../server/errors.ts";
import { envSchema } from "../server/platform/env.ts";
import { openApiDocument } from "../server/transport/rest/openapi.ts";

// Writes every generated page; with --check it writes nothing and fails where a page is out of date.

const root = join(import.meta.dirname, "..");

interface Setting {
  readonly name: string;
  readonly description: string;
  readonly fallback: string | undefined;
}

const fallbackOf = (schema: z.ZodType): string | undefined => {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success || parsed.data === undefined) return undefined;
  return Array.isArray(parsed.data) ? parsed.data.join(",") : String(parsed.data);
};

const settings = (): Setting[] =>
  Object.entries(envSchema.shape).map(([name, schema]) => ({ name, description: schema.description ?? "", fallback: fallbackOf(schema) }));

const vendorSettings = [
  ["PLATFORM_<VENDOR>_API_KEY", "Seeds the platform-default credential of a vendor that has none, for example PLATFORM_OPENAI_API_KEY"],
  ["PLATFORM_<VENDOR>_BASE_URL", "Base URL that goes with it, where it is not the vendor's own"],
] as const;

const configurationPage = (): string =>
  [
    "# Configuration",
    "",
    "Everything is set by environment variables. Nothing has to be set for development; in production the process refuses to start without its secrets.",
    "",
    "| Variable | Default | What it does |",
    "| --- | --- | --- |",
    ...settings().map(({ name, description, fallback }) => `| \`${name}\` | ${fallback ? `\`${fallback}\`` : "–"} | ${description} |`),
    ...vendorSettings.map(([name, description]) => `| \`${name}\` | – | ${description} |`),
    "",
  ].join("\n");

const envExample = (): string =>
  [
    "# Every setting with its default. Nothing here has to be set for development.",
    "",
    ...settings().flatMap(({ name, description, fallback }) => [`# ${description}`, `# ${name}=${fallback ?? ""}`, ""]),
    ...vendorSettings.map(([name, description]) => `# ${description}: ${name}`),
    "",
  ].join("\n");

const errorPage = (): string =>
  [
    "# Errors",
    "",
    "Every error has a code, a status, whose turn it is (`fault`), and whether repeating the same call is free (`retryable`, when `effect` is `none`).",
    "",
    "| Code | Status | Fault | Retryable | Message |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(errorTable).map(
      ([code, { http, fault, retryable, message }]) => `| <a id="${code.toLowerCase().replaceAll("_", "-")}"></a>\`${code}\` | ${http} | ${fault} | ${retryable ? "yes" : "no"} | ${message} |`,
    ),
    "",
  ].join("\n");

const pages: Record<string, () => string> = {
  ".env.example": envExample,
  "docs/generated/configuration.md": configurationPage,
  "docs/generated/errors.md": errorPage,
  "docs/generated/openapi.json": () => `${JSON.stringify(openApiDocument(), null, 2)}\n`,
};

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [path, make] of Object.entries(pages)) {
  const file = join(root, path);
  const content = make();
  if (check) {
    if ((await readFile(file, "utf8").catch(() => "")) !== content) stale.push(path);
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Run npm run docs.`);
  process.exitCode = 1;
}
