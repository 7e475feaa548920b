import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { batchFollowing } from "../assembly/batch-following.ts";
import { followBatches } from "../transport/batches/index.ts";
import { runCli } from "./run-cli.ts";

let world: ListeningGateway;
let folder: string;
let credential: string;

beforeAll(async () => {
  world = await openListeningGateway();
  ({ credential } = world.issue());
  folder = await mkdtemp(join(tmpdir(), "nexus-cli-batches-"));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const command = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    args,
    environment: { NEXUS_DATA_DIR: folder, PORT: world.port.toString(), NEXUS_API_KEY: credential },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
};
const nexus = (...args: readonly string[]) => command("batches", ...args);
const idIn = (text: string): string => /batch_[0-9a-f]{32}/.exec(text)?.[0] ?? "";

const ask = (content: string) => [{ role: "user", content }];
const written = async (name: string, lines: readonly unknown[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
};
const chatLine = (custom_id: string) => ({
  custom_id,
  method: "POST",
  url: "/v1/chat/completions",
  body: { model: "gpt-4o-mini", messages: ask(`Greet ${custom_id}.`), max_tokens: 20 },
});
const end = async (): Promise<void> => {
  for (let looks = 0; looks < 5; looks += 1) {
    await world.deps.db.pool.query("update nexus.ai_batch set look_at = clock_timestamp() where look_at is not null");
    await followBatches({ gateway: world.gateway, deps: world.deps, ...batchFollowing(world.runtime) });
  }
};

test("requests in a file are begun at OpenAI, listed, shown, and their answers fetched", async () => {
  expect((await nexus("list")).out).toBe("There are no batches.\n");
  const path = await written("requests.jsonl", [chatLine("north"), chatLine("south")]);
  const estimated = await nexus("estimate", path);
  expect(estimated.out).toMatch(/^At most \$0\.\d+: openai\/gpt-4o-mini, paid by platform_default\.\n$/);
  expect((await nexus("list")).out).toBe("There are no batches.\n");
  const made = await nexus("create", path, "--metadata", "farm=north");
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toContain(`set aside ${/\$[\d.]+\d/.exec(estimated.out)?.[0]}`);
  const id = idIn(made.out);
  expect(made.out).toMatch(
    /: validating, 0 of 2 answered\n\/v1\/chat\/completions by openai\/gpt-4o-mini.*\nset aside \$0\./,
  );
  expect(made.out).toContain("\nfarm: north\n");
  const early = await nexus("results", id, "--out", join(folder, "early.jsonl"));
  expect(early).toMatchObject({ code: 1, err: expect.stringContaining(`${id} has not ended yet: it is `) });
  await end();
  expect((await nexus("show", id)).out).toMatch(/: completed, 2 of 2 answered\n.*\ncost \$0\./);
  expect((await nexus("list", "--provider", "openai")).out).toMatch(new RegExp(`^ID .*\\n${id} +completed +2 +0 +2 +`));
  const answers = join(folder, "answers.jsonl");
  expect((await nexus("results", id, "--out", answers)).out).toBe(`2 of 2 answered. Written to ${answers}.\n`);
  const lines = (await readFile(answers, "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).custom_id)).toEqual(["north", "south"]);
});

test("Anthropic's are recognized by their lines, and cancelled in part", async () => {
  const params = { model: "claude-haiku-4-5", max_tokens: 20, messages: ask("Hello") };
  const path = await written("messages.jsonl", [
    { custom_id: "a", params },
    { custom_id: "b", params },
  ]);
  expect((await nexus("estimate", path)).out).toContain("anthropic/claude-haiku-4-5");
  const id = idIn((await nexus("create", path)).out);
  expect((await nexus("cancel", id)).out).toContain(`${id}: cancelling`);
  await end();
  expect((await nexus("show", id)).out).toContain(`${id}: cancelled, 1 of 2 answered, 1 cancelled`);
  const answers = join(folder, "messages-answered.jsonl");
  expect((await nexus("results", id, "--out", answers)).code).toBe(0);
  const lines = (await readFile(answers, "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).result.type)).toEqual(["succeeded", "canceled"]);
});

test("what is refused is said in words", async () => {
  const path = await written("wrong.jsonl", [{ hello: "there" }]);
  expect((await nexus("create", path)).err).toContain("wrong.jsonl is no request");
  expect((await nexus("estimate", path, "--endpoint", "/v1/messages")).err).toContain("Line 1 of");
  expect((await nexus("create", join(folder, "none.jsonl"))).err).toContain("none.jsonl is no file that can be read.");
  expect((await nexus("create", path, "--endpoint", "/v1/rerank")).err).toContain("--endpoint is one of /v1/chat");
  expect((await nexus("create", path, "--metadata", "farm")).err).toContain("--metadata takes a key and a value");
  expect((await nexus("create", path, "--endpoint", "/v1/messages")).err).toMatch(/requests\.0|custom_id/);
  expect((await nexus("show", "batch_1")).err).toContain("batchId: the id of a batch");
});

test("what is kept by either API is shown, cancelled and deleted by its id", async () => {
  const begin = async (path: string, body: object): Promise<string> => {
    const asked = await fetch(`${world.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const { id }: { id?: string } = await asked.json();
    return String(id);
  };
  const model = "openai/gpt-4o-mini";
  const about = (...args: readonly string[]) => command("responses", ...args);
  const kept = await begin("/v1/responses", { model, input: "Hello there" });
  const shown = await about("show", kept);
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toMatch(new RegExp(`^${kept}: completed, by openai/gpt-4o-mini\\n.*Hello there`));
  // What a model says may hold what terminals obey.
  const hostile = await begin("/v1/responses", { model, input: "Hello\u001b]52;c;aGk=\u0007 \u009b31m there" });
  expect((await about("show", hostile)).out).toContain("Hello\\u001b]52;c;aGk=\\u0007 \\u009b31m there");
  expect(JSON.stringify(JSON.parse((await about("show", hostile, "--json")).out))).toContain("\u009b31m");
  await about("delete", hostile);
  expect(JSON.parse((await about("show", kept, "--json")).out)).toMatchObject({ id: kept, status: "completed" });
  expect((await about("cancel", kept)).err).toContain("Only what was created with background: true can be cancelled");

  world.sandbox.script({ faults: [{ name: "latency", delayMs: 5_000 }] });
  const slow = await begin("/v1beta/interactions", { model, input: "Hello there", background: true });
  const going = await about("list", "--background", "--status", "queued", "in_progress");
  expect(going.out).toMatch(new RegExp(`^ID .*\\n${slow} +(queued|in_progress) +yes +openai/gpt-4o-mini `));
  expect((await about("cancel", slow)).out).toContain(`${slow}: cancelled`);
  const pages = [await about("list", "--limit", "1"), await about("list", "--limit", "1", "--before", slow)];
  expect(pages[0]?.out).toContain(`There are older ones: --before ${slow}`);
  expect(pages[1]?.out).toMatch(new RegExp(`\\n${kept} +completed +no `));
  expect((await about("list", "--status", "over")).err).toContain("--status is one of queued, in_progress");
  expect((await about("list", "--kind", "batch")).err).toContain("--kind is response or interaction");
  expect((await about("list", "--kind", "response", "--background")).out).toBe("There are no such answers.\n");
  expect((await about("delete", slow)).out).toBe(`${slow} is no longer kept.\n`);
  expect((await about("show", slow)).err).toContain(`Interaction with id '${slow}' not found.`);
  expect((await about("show", "batch_1")).err).toContain("responseId: the id of a response (resp_…) or an interaction");
});
