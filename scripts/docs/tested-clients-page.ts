import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { agentPackages } from "../../e2e/agents/agent-packages.ts";
import { driveFile, pinnedVersion, sdkClients, type SdkClient } from "../../e2e/sdks/sdk-clients.ts";
import { markdownTable } from "./table.ts";

const root = join(import.meta.dirname, "..", "..");

/** The versions of npm's packages that this repository has. */
const versions = (): Readonly<Record<string, string>> => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return { ...dependencies, ...devDependencies };
};

const npmVersion = (name: string): string => {
  const version = versions()[name];
  if (version === undefined) throw new Error(`${name} is not in package.json`);
  return version;
};

/** What a client is driven to show, by the files that drive it. */
const showsOf = (client: SdkClient): readonly string[] => {
  const folder = dirname(driveFile(client));
  const files = readdirSync(folder).filter((name) => name.startsWith("drive"));
  const source = files
    .toSorted()
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const marks = client.language === "python" ? /^@show\("([^"]+)"\)$/gm : /^ {2}\[\n {4}"([^"]+)",$/gm;
  const shown = [...source.matchAll(marks)].map(([, what = ""]) => what);
  if (shown.length < 5) throw new Error(`${driveFile(client)} shows too little`);
  return shown;
};

const packagesOf = ({ language, packages }: SdkClient): string =>
  packages.map((name) => `\`${name}\` ${language === "python" ? pinnedVersion(name) : npmVersion(name)}`).join(", ");

/** Clients of npm that the ordinary suites use, too. */
const inSuites = [
  "openai",
  "@anthropic-ai/sdk",
  "@google/genai",
  "ai",
  "@ai-sdk/openai",
  "@ai-sdk/anthropic",
  "@langchain/openai",
  "@langchain/anthropic",
] as const;

/** docs/generated/tested-clients.md */
export const testedClientsPage = (): string =>
  [
    "# Clients that are tested",
    "",
    "Unmodified, as their makers hand them out: told nothing but an address and a key, against a gateway whose vendors are the sandbox.",
    "",
    "## SDKs and frameworks",
    "",
    "`npm run sdks` runs each in its own folder of `e2e/sdks`, with models of its own vendor and of others, and ends with the table of what held. No call may",
    "stay unsettled, also of those that the client left.",
    "",
    markdownTable(
      ["Packages", "Language", "Shown"],
      sdkClients.map((client) => [
        packagesOf(client),
        client.language === "python" ? "Python" : "Node.js",
        showsOf(client).join("; "),
      ]),
    ),
    "",
    "## Coding agents",
    "",
    "`npm run agents` has each carry out a task with three calls of a tool, streamed, and go on with it in another run; Claude Code searches the web, too. None of their calls may be refused.",
    "",
    markdownTable(
      ["Agent", "Package"],
      Object.entries(agentPackages).map(([name, { package: named, version }]) => [name, `\`${named}\` ${version}`]),
    ),
    "",
    "## In every run of the tests",
    "",
    markdownTable(
      ["Package", "Version"],
      inSuites.map((name) => [`\`${name}\``, npmVersion(name)]),
    ),
    "",
    "Clients that generators make of the OpenAPI documents are tried by `npm run clients`.",
    "",
  ].join("\n");
