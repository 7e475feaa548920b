import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const names = ["one", "two", "three"];

/** A call of a tool as the sandbox reads it from the words of a task. */
export const callOf = (tool: string, input: object): string =>
  `[[call:${tool}:${Buffer.from(JSON.stringify(input)).toString("base64url")}]]`;

/** A task for an agent: the sandbox reads its three calls of a tool from the words. */
export const threeFiles = (tool: string, inputOf: (command: string) => object): string => {
  const calls = names.map((name) => callOf(tool, inputOf(`echo ${name} > ${name}.txt`)));
  return `Please write three files ${calls.join(" ")}`;
};

/** A question that goes on, and what the sandbox answers to it. */
export const nineWords = {
  asked: "Now say nine words [[words:9]]",
  said: "this is a longer passage from the sandbox which",
};

/** What of the three files is not as the model asked for it. */
export const wrongFiles = (folder: string): readonly string[] => {
  const files = readdirSync(folder);
  return names.flatMap((name) => {
    if (!files.includes(`${name}.txt`)) return [`${name}.txt is not there`];
    const held = readFileSync(join(folder, `${name}.txt`), "utf8").trim();
    return held === name ? [] : [`${name}.txt holds ${JSON.stringify(held.slice(0, 40))}`];
  });
};

/** Says what did not hold. */
export const expectations = () => {
  const wrong: string[] = [];
  return { wrong, expect: (what: string, held: boolean): void => void (held || wrong.push(what)) };
};
