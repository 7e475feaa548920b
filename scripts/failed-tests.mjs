import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./toolchain.mjs";

const shownLines = 12;
const shownOfPage = 40;

/** Frames of the runner and of Node, which are the same for every test. */
const foreignFrame = /^\s+at .*(node_modules|node:|new Promise \()/;

/** The first lines of a message, without colours. */
const briefly = (message) => {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !foreignFrame.test(line));
  return lines.length > shownLines ? [...lines.slice(0, shownLines), "…"] : lines;
};

const fileOf = (path) => relative(root, path);

const ofVitest = ({ testResults }) =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    // A suite that could not be loaded, or whose hooks failed, has no test that did.
    if (failed.length === 0 && status === "failed") return [{ name: fileOf(name), lines: briefly(message) }];
    return failed.map(({ ancestorTitles, title, failureMessages }) => ({
      name: [fileOf(name), ...ancestorTitles.filter(Boolean), title].join(" > "),
      lines: failureMessages.flatMap(briefly),
    }));
  });

/** Where a page says what it is about: behind its navigation. */
const content = /^\s*- (main|dialog|alertdialog|alert)\b/;

/** What the page showed when a journey failed, as Playwright attaches it; of a long page the first lines. */
const pageThen = ({ attachments = [] }) => {
  const { path } = attachments.find(({ name }) => name === "error-context") ?? {};
  if (path === undefined || !existsSync(path)) return [];
  const snapshot = /# Page snapshot\s+```yaml\n([^]*?)\n```/.exec(readFileSync(path, "utf8"))?.[1];
  if (snapshot === undefined) return [];
  // What a list offers says nothing of what became of the page.
  const all = snapshot.split("\n").filter((line) => !/^\s*- option\b/.test(line));
  const lines = all.slice(
    Math.max(
      all.findIndex((line) => content.test(line)),
      0,
    ),
  );
  return ["The page:", ...lines.slice(0, shownOfPage), ...(lines.length > shownOfPage ? ["…"] : [])];
};

const ofResult = (result) => [...result.errors.flatMap(({ message }) => briefly(message ?? "")), ...pageThen(result)];

const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];

const ofPlaywright = ({ suites, errors }) => [
  ...errors.map(({ message }) => ({ name: "journeys", lines: briefly(message ?? "") })),
  ...suites
    .flatMap(specsOf)
    .filter(({ ok }) => !ok)
    .map(({ file, title, tests }) => ({
      name: `e2e/${file} > ${title}`,
      lines: tests.flatMap(({ results }) => results.slice(-1).flatMap(ofResult)),
    })),
];

/** The failed tests of a report in JSON, by Vitest or Playwright, each with the first lines of its message. */
export const failedTests = (report) => {
  if (!existsSync(report)) return [];
  const read = JSON.parse(readFileSync(report, "utf8"));
  return "testResults" in read ? ofVitest(read) : ofPlaywright(read);
};

/** What a command that failed said last, for want of a report: from its first ✗ on, or the last lines. */
export const lastWords = (output) => {
  const lines = stripVTControlCharacters(output).trimEnd().split("\n");
  const first = lines.findIndex((line) => line.startsWith("✗"));
  return first === -1 ? lines.slice(-shownLines) : lines.slice(first).filter((line) => line !== "");
};
