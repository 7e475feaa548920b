import { randomUUID } from "node:crypto";
import { Pool } from "undici";
import { chatBody } from "./chat-body.ts";
import { countFailures } from "./failures.ts";

/** How often each kind of call was made, and how many did not end as they should. */
export interface MixedLoad {
  readonly calls: ReadonlyMap<string, number>;
  readonly unexpected: number;
}

interface RunMixedLoad {
  readonly url: string;
  readonly apiKey: string;
  readonly seconds: number;
}

interface Kind {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly body: () => string;
  readonly headers?: () => Readonly<Record<string, string>>;
}

const chat: unknown = JSON.parse(chatBody);
const chatWith = (change: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...asObject(chat), ...change });
const asObject = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

const openAi = { path: "/v1/chat/completions", status: 200 } as const;
const kinds: readonly Kind[] = [
  { ...openAi, name: "chats", body: () => chatBody },
  { ...openAi, name: "streams", body: () => chatWith({ stream: true }) },
  { ...openAi, name: "keyed chats", body: () => chatBody, headers: () => ({ "idempotency-key": randomUUID() }) },
  { ...openAi, name: "refused chats", status: 404, body: () => chatWith({ model: `no-such-model-${randomUUID()}` }) },
  {
    name: "typed calls",
    path: "/api/trpc/ai.generateText",
    status: 200,
    body: () =>
      JSON.stringify({ model: "openai/gpt-4o-mini", prompt: "Say hello to the benchmark.", maxOutputTokens: 64 }),
  },
];

/** Callers of each kind: streams last long, so there are more of them. */
const callers = 4;
const pauseMs = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls of every kind side by side, at a pace that leaves the machine room. */
export const runMixedLoad = async ({ url, apiKey, seconds }: RunMixedLoad): Promise<MixedLoad> => {
  const pool = new Pool(new URL(url).origin, { connections: 128, pipelining: 1 });
  const calls = new Map<string, number>();
  const failures = countFailures();
  const until = performance.now() + seconds * 1_000;

  const once = async ({ path, status, body, headers }: Kind): Promise<void> => {
    const answer = await pool.request({
      method: "POST",
      path,
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}`, ...headers?.() },
      body: body(),
    });
    await answer.body.dump({ limit: 1_048_576 });
    if (answer.statusCode !== status) throw new Error(`${path} answered ${answer.statusCode}`);
  };
  const caller = async (kind: Kind): Promise<void> => {
    while (performance.now() < until) {
      calls.set(kind.name, (calls.get(kind.name) ?? 0) + 1);
      await once(kind).catch(failures.note);
      await pause(pauseMs);
    }
  };

  await Promise.all(
    kinds.flatMap((kind) =>
      Array.from({ length: kind.name === "streams" ? callers * 8 : callers }, () => caller(kind)),
    ),
  );
  await pool.destroy();
  failures.print();
  return { calls, unexpected: failures.count() };
};
