import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOfPrograms, root } from "./toolchain.mjs";

let checkout: string;
const write = async (file: string, text: string): Promise<void> => {
  const path = join(checkout, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

const compiledFrom = [
  "package-lock.json",
  "scripts/compile-programs.mjs",
  "scripts/toolchain.mjs",
  "server/main.ts",
  "server/deep/below/one.ts",
  "server/deep/table.json",
  "sandbox/main.ts",
  "client-sdk/src/index.ts",
  "packages/auth-client/src/index.ts",
  "packages/auth-middleware/src/index.ts",
  "prisma/generated/auth/client.ts",
];

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), "checkout-"));
  for (const file of compiledFrom) await write(file, `of ${file}`);
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

test.each(compiledFrom)(
  "programs are compiled again once %s has changed, and are as before when it is put back",
  async (file) => {
    const before = digestOfPrograms(checkout);
    await write(file, "changed");
    expect(digestOfPrograms(checkout)).not.toBe(before);
    await write(file, `of ${file}`);
    expect(digestOfPrograms(checkout)).toBe(before);
  },
);

test("a source more, moved or less is another program; a suite is none", async () => {
  const before = digestOfPrograms(checkout);
  await write("server/more.ts", "");
  const more = digestOfPrograms(checkout);
  expect(more).not.toBe(before);
  await rm(join(checkout, "server/more.ts"));
  await write("server/moved.ts", "");
  expect([before, more]).not.toContain(digestOfPrograms(checkout));
  await rm(join(checkout, "server/moved.ts"));
  await write("server/main.test.ts", "");
  expect(digestOfPrograms(checkout)).toBe(before);
});

test("no source looks for files beside itself, where there are none once it is compiled", async () => {
  const sources = globSync("{server,sandbox,client-sdk/src,packages/*/src}/**/*.ts", { cwd: root });
  const product = sources.filter((file) => !file.endsWith(".test.ts"));
  const texts = await Promise.all(
    product.map(async (file) => ({ file, text: await readFile(join(root, file), "utf8") })),
  );
  const looking = texts.filter(({ text }) => text.includes("import.meta.")).map(({ file }) => file);
  // The first knows where it is; the second looks for a package, which is found from everywhere below the root.
  expect(looking.sort()).toEqual(["server/platform/db/postgres-binaries.ts", "server/platform/own-files.ts"]);
});
