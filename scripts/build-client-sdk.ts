import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

// Builds client-sdk/dist: JavaScript, its declarations, and the router's declaration freed of everything of the server's.

const root = join(import.meta.dirname, "..");
const sdk = join(root, "client-sdk");
const dist = join(sdk, "dist");
const emitted = join(dist, ".emitted");

/** The rest of the server is checked by `npm run check`; what the client is made of must be right here and now. */
const ownError = /^(?:src|\.\.\/server\/(?:transport\/trpc|contracts))\/.*error TS/m;

const compile = (): void => {
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/tsc"),
    ["-p", "tsconfig.build.json", "--pretty", "false"],
    {
      cwd: sdk,
      encoding: "utf8",
    },
  );
  if (status === null || ownError.test(stdout)) throw new Error(`The compiler refused the client:\n${stdout}${stderr}`);
};

/** Context and metadata are the server's own affair; a client is typed by inputs, outputs and errors alone. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/import\("\.\/init\.(?:ts|js)"\)\.Procedure(?:Context|Meta)\b/g, "object"],
  [/^export declare const appRouter\b/m, "declare const appRouter"],
  [/import\("zod"\)\.JSONType\b/g, "JsonValue"],
];

const jsonValue = `/** Any plain JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
`;

const publishedRouter = async (): Promise<string> => {
  let text = await readFile(join(emitted, "server/transport/trpc/root.d.ts"), "utf8");
  for (const [pattern, replacement] of replacements) text = text.replace(pattern, replacement);
  const foreign = [...text.matchAll(/(?:import\(|from )"([^"]+)"/g)]
    .map(([, name]) => name)
    .filter((name) => name !== "@trpc/server");
  if (foreign.length > 0)
    throw new Error(
      `The router's types would need what the package does not carry: ${[...new Set(foreign)].join(", ")}.`,
    );
  // A word between quotes is a value, not a type.
  if (/\bany\b/.test(text.replaceAll(/"[^"\n]*"/g, "")))
    throw new Error("The router's types are not complete: somewhere they are `any`.");
  return `${jsonValue}${text}`;
};

/** Declarations keep the extensions of the sources; beside JavaScript they must name JavaScript. */
const withJavaScriptNames = (text: string): string => text.replaceAll(/(from "\.{1,2}\/[^"]+)\.ts"/g, '$1.js"');

const publish = async (): Promise<void> => {
  const from = join(emitted, "client-sdk/src");
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const name = relative(from, join(entry.parentPath, entry.name));
    await mkdir(dirname(join(dist, name)), { recursive: true });
    if (name.endsWith(".d.ts"))
      await writeFile(join(dist, name), withJavaScriptNames(await readFile(join(from, name), "utf8")));
    else await cp(join(from, name), join(dist, name));
  }
  await writeFile(join(dist, "router.d.ts"), await publishedRouter());
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
compile();
await publish();
await rm(emitted, { recursive: true });
