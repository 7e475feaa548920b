import { expect, it } from "vitest";
import { storableJson } from "./storable-json.ts";

const nul = "\0";
const half = "\ud83d";
const pair = "\ud83d\ude00";

it.each([
  ["plain text", `pl\u00e4in ${pair} "quoted"`, `pl\u00e4in ${pair} "quoted"`],
  ["NUL", `a${nul}b${nul}${nul}`, "a\ufffdb\ufffd\ufffd"],
  ["a high surrogate", `a${half}b`, "a\ufffdb"],
  ["a low surrogate", "a\ude00b", "a\ufffdb"],
  ["what only looks like an escape", "\\u0000 \\ud83d", "\\u0000 \\ud83d"],
  ["a backslash before NUL", `\\${nul}`, "\\\ufffd"],
  ["a NUL behind an escaped look-alike", `\\u0000${nul}`, "\\u0000\ufffd"],
])("%s", (_what, given, stored) => {
  expect(JSON.parse(storableJson({ [given]: [given] }))).toEqual({ [stored]: [stored] });
});
