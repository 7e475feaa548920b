import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wayToConnect } from "../../test/connect-examples.ts";
import type { AgentRun, CodingAgent } from "./coding-agent.ts";

const version = "0.171.0";
const installed = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "agents", `codex-${version}`);

/** Installs the agent from its registry, once. */
const install = (): string => {
  const program = join(installed, "node_modules", ".bin", "codex");
  if (existsSync(program)) return program;
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), JSON.stringify({ private: true }));
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error", `@openai/codex@${version}`],
    { cwd: installed, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`@openai/codex cannot be installed: ${stderr.slice(0, 500)}`);
  return program;
};

/** What a run of `codex exec --json` printed, line by line. */
const eventsOf = (printed: string): readonly unknown[] =>
  printed.split("\n").flatMap((line): unknown[] => (line.startsWith("{") ? [JSON.parse(line)] : []));

const textAt = (value: unknown, ...path: readonly string[]): string => {
  let found: unknown = value;
  for (const key of path) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return typeof found === "string" ? found : "";
};

/** A call as the sandbox reads it from the words of a prompt. */
const call = (cmd: string): string =>
  `[[call:exec_command:${Buffer.from(JSON.stringify({ cmd })).toString("base64url")}]]`;

interface Told {
  readonly code: number | null;
  readonly said: readonly string[];
  readonly ran: readonly string[];
}

/** As the page Connect sets it, telling nobody else anything: every address but loopback leads nowhere. */
const prepare = ({
  folder,
  url,
  credential,
  model,
  webSocket,
}: AgentRun): ((args: readonly string[]) => Promise<Told>) => {
  const program = install();
  const home = join(folder, "home");
  const work = join(folder, "work");
  mkdirSync(home, { recursive: true });
  mkdirSync(work, { recursive: true });
  const shown = wayToConnect("codex").examples[0]?.code ?? "";
  const config = shown
    .replace("http://localhost:3000", url)
    .replace(/^model = .*$/m, `model = "${model}"\ncheck_for_update_on_startup = false`)
    .replace(/^supports_websockets = .*$/m, `supports_websockets = ${webSocket}`);
  writeFileSync(join(home, "config.toml"), `${config}\n[analytics]\nenabled = false\n`);
  const nowhere = "http://127.0.0.1:9";
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: "production",
    PATH: process.env.PATH,
    HOME: home,
    CODEX_HOME: home,
    NEXUS_API_KEY: credential,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
  };
  return (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, ["exec", ...args], { cwd: work, env, stdio: ["ignore", "pipe", "pipe"] });
      const printed: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => void printed.push(chunk));
      child.stderr.resume();
      const late = setTimeout(() => child.kill(), 120_000);
      child.on("error", reject);
      child.on("close", (code) => {
        clearTimeout(late);
        const items = eventsOf(Buffer.concat(printed).toString("utf8")).filter(
          (event) => textAt(event, "type") === "item.completed",
        );
        resolve({
          code,
          said: items.flatMap((event) =>
            textAt(event, "item", "type") === "agent_message" ? [textAt(event, "item", "text")] : [],
          ),
          ran: items.flatMap((event) =>
            textAt(event, "item", "type") === "command_execution" ? [textAt(event, "item", "command")] : [],
          ),
        });
      });
    });
};

const options = ["--skip-git-repo-check", "--json"];

/** OpenAI's Codex, headless: it starts, carries out a task with three calls of its tool, and goes on where it stopped. */
export const codex: CodingAgent = {
  name: "codex",
  check: async (run) => {
    const exec = prepare(run);
    const wrong: string[] = [];
    const expect = (what: string, held: boolean): void => void (held || wrong.push(what));

    const task = ["one", "two", "three"].map((name) => call(`echo ${name} > ${name}.txt`)).join(" ");
    const first = await exec([...options, "-s", "danger-full-access", `Please write three files ${task}`]);
    expect("it ends well", first.code === 0);
    expect("three commands are run", first.ran.length === 3);
    const files = readdirSync(join(run.folder, "work")).sort();
    expect("they wrote what the model asked for", files.join() === "one.txt,three.txt,two.txt");
    for (const name of ["one", "two", "three"].filter((one) => files.includes(`${one}.txt`)))
      expect(`${name} is written`, readFileSync(join(run.folder, "work", `${name}.txt`), "utf8").trim() === name);
    expect("it says something at the end", first.said.length > 0);

    const second = await exec(["resume", "--last", ...options, "Say it again please"]);
    expect("it goes on", second.code === 0 && second.said.some((text) => text.includes("Say it again please")));
    return { wrong, calls: 5 };
  },
};
