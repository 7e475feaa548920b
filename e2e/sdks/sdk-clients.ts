import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A client as its maker hands it out, with a folder here that shows what it does at our doors. */
export interface SdkClient {
  /** Of its folder. */
  readonly name: string;
  readonly language: "python" | "node";
  /** Of PyPI or npm. */
  readonly packages: readonly string[];
}

export const sdkClients: readonly SdkClient[] = [
  { name: "openai-python", language: "python", packages: ["openai"] },
  { name: "anthropic-python", language: "python", packages: ["anthropic"] },
  { name: "google-genai", language: "python", packages: ["google-genai"] },
  {
    name: "langchain",
    language: "python",
    packages: ["langchain-openai", "langchain-anthropic", "langchain-google-genai"],
  },
  { name: "openai-agents", language: "python", packages: ["openai-agents"] },
  { name: "pydantic-ai", language: "python", packages: ["pydantic-ai-slim"] },
  { name: "openai-node", language: "node", packages: ["openai"] },
  { name: "google-genai-node", language: "node", packages: ["@google/genai"] },
  { name: "langchain-js", language: "node", packages: ["@langchain/openai", "@langchain/anthropic"] },
  { name: "ai-sdk", language: "node", packages: ["ai", "@ai-sdk/openai", "@ai-sdk/anthropic", "@ai-sdk/google"] },
];

const here = import.meta.dirname;

/** The file by which a client is driven. */
export const driveFile = ({ name, language }: SdkClient): string =>
  join(here, name, language === "python" ? "drive.py" : "drive.ts");

/** Pinned: all that is installed for the clients of Python. */
export const requirementsFile = join(here, "python", "requirements.txt");

/** The version of a package of PyPI that is pinned. */
export const pinnedVersion = (name: string): string => {
  const pinned = readFileSync(requirementsFile, "utf8").split("\n");
  const version = pinned.find((line) => line.startsWith(`${name}==`))?.split("==")[1];
  if (version === undefined) throw new Error(`${name} is not pinned in ${requirementsFile}`);
  return version;
};
