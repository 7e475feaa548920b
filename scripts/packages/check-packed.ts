import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";

// check-packed.ts <folder of archives>: whether every kind of module and resolution finds what it should, by publint and attw.

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("check-packed.ts needs a folder");

/** Resolution of before there were entry points (Node 10) finds the main one alone: no Node that is supported does that. */
const isOfNode10 = (problem: object): boolean => "resolutionKind" in problem && problem.resolutionKind === "node10";

let found = 0;
const tell = (archive: string, problem: object): void => {
  found += 1;
  process.stdout.write(`${archive}: ${JSON.stringify(problem)}\n`);
};

for (const archive of (await readdir(folder)).filter((name) => name.endsWith(".tgz"))) {
  const bytes = new Uint8Array(await readFile(join(folder, archive)));
  const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  for (const message of messages) tell(archive, message);
  const checked = await checkPackage(createPackageFromTarballData(bytes));
  if (!checked.types) tell(archive, { kind: "NoTypes" });
  else for (const problem of checked.problems) if (!isOfNode10(problem)) tell(archive, problem);
}
process.exitCode = found === 0 ? 0 : 1;
