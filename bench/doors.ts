import { join } from "node:path";
import { counted, usageOf, wholeAnswer } from "../e2e/edge/wire-answers.ts";
import { chatBody } from "./chat-body.ts";
import { loadHeading, loadRow, measure, measureLoad } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { printProfile } from "./print-profile.ts";
import { runTalks } from "./run-talks.ts";
import { setBudgets } from "./set-budgets.ts";
import { settings } from "./settings.ts";
import { startScript } from "./started.ts";
import { startInstantUpstream } from "./upstream.ts";

const { seconds, connections, workers, door } = settings;

const text = "Hello! How can I help you today?";
const answerIn = (wire: "responses" | "anthropic" | "google", model: string): string =>
  JSON.stringify(wholeAnswer[wire]({ text, model, usage: usageOf[wire](counted) }));

/** What each operation's own path answers; OpenAI's chat everywhere else. */
const answers = {
  "/responses$": answerIn("responses", "gpt-4o-mini"),
  "/messages$": answerIn("anthropic", "claude-haiku-4-5"),
  ":generateContent": answerIn("google", "gemini-2.5-flash"),
  "/embeddings$": JSON.stringify({
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.1, 0.2] }],
    model: "text-embedding-3-small",
    usage: { prompt_tokens: 6, total_tokens: 6 },
  }),
};

const prompt = "Say hello to the benchmark.";
const [openai, anthropic, google] = ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"];

const typed = JSON.stringify({ model: openai, messages: [{ role: "user", content: prompt }], maxOutputTokens: 64 });
const turns = (model: string): string =>
  JSON.stringify({ model, messages: [{ role: "user", content: prompt }], max_tokens: 64 });
const responses = (model: string, store: boolean): string =>
  JSON.stringify({ model, input: prompt, max_output_tokens: 64, store });
const contents = JSON.stringify({
  contents: [{ role: "user", parts: [{ text: prompt }] }],
  generationConfig: { maxOutputTokens: 64 },
});
const contentsPath = (model: string): string => `/v1beta/models/${encodeURIComponent(model)}:generateContent`;

/** A response that brings what it is about, so that each costs the same however long the session has lasted. */
const response = JSON.stringify({
  type: "response.create",
  response: {
    conversation: "none",
    output_modalities: ["text"],
    max_output_tokens: 64,
    input: [{ type: "message", role: "user", content: [{ type: "input_text", text: prompt }] }],
  },
});
const sessions = "/v1/realtime";

/** One call at each door: where its dialect is the vendor's, byte for byte, and where it is translated. */
const calls: readonly (readonly [name: string, path: string, body: string])[] = [
  ["chat, native", "/v1/chat/completions", chatBody],
  ["chat, transl.", "/v1/chat/completions", turns(anthropic)],
  ["responses, nat.", "/v1/responses", responses(openai, false)],
  ["  and kept", "/v1/responses", responses(openai, true)],
  ["responses, tr.", "/v1/responses", responses(anthropic, false)],
  ["messages, native", "/v1/messages", turns(anthropic)],
  ["messages, tr.", "/v1/messages", turns(openai)],
  ["Google, native", contentsPath(google), contents],
  ["Google, transl.", contentsPath(openai), contents],
  ["tRPC", "/api/trpc/ai.generateText", typed],
  ["REST", "/api/ai/generate-text", typed],
  ["realtime", `${sessions}?model=openai/gpt-realtime`, response],
  ["embeddings", "/v1/embeddings", JSON.stringify({ model: "openai/text-embedding-3-small", input: [prompt] })],
];

/** The first is what the others are multiples of. */
const chosen = calls.filter(([name], at) => at === 0 || door === undefined || name.includes(door));

const loadOf = async (
  { url, apiKey, pid }: RunningNexus,
  [name, path, body]: (typeof calls)[number],
): Promise<Measured> => {
  const headers = { authorization: `Bearer ${apiKey}` };
  if (path.startsWith(sessions)) {
    const talks = { url: url.replace("http", "ws") + path, headers, ask: body, connections };
    return measureLoad({ pid, seconds }, (lasting) => runTalks({ ...talks, seconds: lasting }));
  }
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  return measure({ url: url + path, headers, body, pid, connections, seconds });
};

/** The same call at every door of one gateway, as multiples of the native pass; then where its time goes at all of them. */
export const doors = async (): Promise<void> => {
  const talking = await startScript({
    name: "the upstream of sessions",
    file: join(import.meta.dirname, "talk-upstream.ts"),
    args: (port) => [String(port)],
    ready: async (url) => (await fetch(url)).status === 426,
  });
  const upstream = await startInstantUpstream({ answers, sockets: { "/realtime$": talking.url } });
  const base = `${upstream.url}/v1`;
  const env = {
    PLATFORM_ANTHROPIC_API_KEY: "sk-ant-bench",
    PLATFORM_ANTHROPIC_BASE_URL: base,
    PLATFORM_GOOGLE_API_KEY: "bench",
    PLATFORM_GOOGLE_BASE_URL: base,
  };
  const options = { upstream: upstream.url, workers, env };
  try {
    const nexus = await startNexus(options);
    try {
      await setBudgets(nexus);
      console.log(
        `  ${connections} connections, ${seconds} s each, ${workers} gateway process(es); CPU in µs per request\n`,
      );
      console.log(`  ${loadHeading}`);
      let baseline: Measured | undefined;
      for (const call of chosen) {
        const measured = await loadOf(nexus, call);
        baseline ??= measured;
        console.log(`  ${loadRow(call[0], measured, baseline.load)}`);
      }
    } finally {
      await nexus.stop();
    }
    await printProfile(options, async (profiled) => {
      for (const call of door === undefined ? chosen : chosen.slice(1)) await loadOf(profiled, call);
    });
  } finally {
    await upstream.stop();
    await talking.stop();
  }
};
