import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fillDisk, mayMountDisks, mountSmallDisk } from "../../test/small-disk.ts";
import { writePrivateFile } from "./private-file.ts";
import { makeSecrets } from "./secrets-file.ts";

const run = promisify(execFile);
const tryWriters = join(import.meta.dirname, "..", "..", "test", "try-writers.ts");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-private-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const seed = async (into: string): Promise<ReadonlyMap<string, string>> => {
  await makeSecrets(into);
  for (const name of [
    "first-run.json",
    "postgres.json",
    "auth-client-secret",
    "platform-super-admin",
    "cli-session.json",
  ])
    await writePrivateFile(join(into, name), `what ${name} holds`);
  return contents(into);
};

const contents = async (of: string): Promise<ReadonlyMap<string, string>> => {
  const names = (await readdir(of)).filter((name) => name !== "ballast").toSorted();
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, string]> => [name, await readFile(join(of, name), "utf8")]),
    ),
  );
};

const outcomes = async (into: string, shell: string): Promise<readonly (readonly [string, string])[]> => {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", tryWriters, into];
  // Node ends by a signal where it may not write the code that it has compiled.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };
  const { stdout } = await run("bash", ["-c", `${shell}; exec "$0" "$@"`, ...node], { env });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
};

const names = [
  "secrets.json",
  "first-run.json",
  "postgres.json",
  "auth-client-secret",
  "platform-super-admin",
  "cli-session.json",
  "secrets rotate",
  "process.json",
  "folder",
];

test("what cannot be written leaves what was there whole, and nothing beside it, whoever writes", async () => {
  const before = await seed(folder);
  const found = await outcomes(folder, "ulimit -f 0");
  expect(found.map(([name]) => name)).toEqual(names);
  for (const [name, outcome] of found)
    expect([name, outcome]).toEqual([name, expect.stringMatching(/EFBIG|may write no files/)]);
  expect(await contents(folder)).toEqual(before);
});

test.skipIf(!mayMountDisks)("so does a full disk (mounting one takes root; the limit above takes nobody)", async () => {
  const disk = await mountSmallDisk(join(folder, "disk"), 1_024);
  try {
    const before = await seed(disk.folder);
    const free = await fillDisk(disk);
    const found = await outcomes(disk.folder, "true");
    for (const [name, outcome] of found)
      expect([name, outcome]).toEqual([name, expect.stringMatching(/ENOSPC|the disk is full/)]);
    expect(await contents(disk.folder)).toEqual(before);
    await free();
    for (const [name, outcome] of await outcomes(disk.folder, "true"))
      expect([name, outcome]).toEqual([name, name === "secrets rotate" ? expect.any(String) : "written"]);
  } finally {
    await disk.unmount();
  }
});

test("two writers of one file each write it whole", async () => {
  const file = join(folder, "both");
  await writeFile(file, "");
  const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(20_000));
  await Promise.all(texts.map((text) => writePrivateFile(file, text)));
  expect(texts).toContain(await readFile(file, "utf8"));
  expect(await readdir(folder)).toEqual(["both"]);
});
