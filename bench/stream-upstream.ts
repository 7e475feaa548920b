import { createServer, type ServerResponse } from "node:http";

// An upstream that answers chat at once, whole or as a stream whose chunks come at a steady pace: text, or the call of a tool
// where there are tools. Whoever asks for "take 1200 ms" gets the answer after that time, and a stream over it. A process of its own.
const [port = "0", chunks = "16", paceMs = "250"] = process.argv.slice(2);
const model = "gpt-4o-mini-2024-07-18";
/** About four bytes a token, as vendors count. */
const usageOf = (bytes: number) => ({
  prompt_tokens: Math.ceil(bytes / 4),
  completion_tokens: Number(chunks),
  total_tokens: Math.ceil(bytes / 4) + Number(chunks),
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});
const common = {
  id: "chatcmpl-bench",
  created: 1_700_000_000,
  model,
  service_tier: "default",
  system_fingerprint: "fp_bench",
};
const event = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;
const delta = (change: unknown, finish: string | null): string =>
  event({
    ...common,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: change, logprobs: null, finish_reason: finish }],
    usage: null,
  });
const text = {
  first: delta({ role: "assistant", content: "Hello", refusal: null }, null),
  next: delta({ content: " again" }, null),
  last: delta({}, "stop"),
};
const toolCall = (call: object): string => delta({ tool_calls: [{ index: 0, ...call }] }, null);
const tool = {
  first: toolCall({ id: "call_bench", type: "function", function: { name: "tool_1", arguments: '{"path":"' } }),
  next: toolCall({ function: { arguments: "a/b" } }),
  last: toolCall({ function: { arguments: '"}' } }) + delta({}, "tool_calls"),
};
const end = (bytes: number): string =>
  event({ ...common, object: "chat.completion.chunk", choices: [], usage: usageOf(bytes) }) + "data: [DONE]\n\n";
const wholeOf = (bytes: number): string =>
  JSON.stringify({
    ...common,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello!", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: usageOf(bytes),
  });

let calls = 0;
const stream = (outgoing: ServerResponse, body: Buffer, eachMs: number, firstMs: number): void => {
  const { first, next, last } = body.includes('"tools":[') ? tool : text;
  let sent = 0;
  let timer: NodeJS.Timeout;
  const send = (): void => {
    sent += 1;
    if (sent <= Number(chunks)) {
      outgoing.write(sent === 1 ? first : next);
      timer = setTimeout(send, eachMs);
    } else outgoing.end(last + end(body.length));
  };
  outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_bench" });
  if (firstMs > 0) timer = setTimeout(send, firstMs);
  else send();
  outgoing.once("close", () => clearTimeout(timer));
};

const answer = (outgoing: ServerResponse, body: Buffer): void => {
  const [, taken] = /take (\d+) ms/.exec(body.subarray(0, 400).toString("latin1")) ?? [];
  const streamed = body.includes('"stream":true');
  if (streamed) {
    const eachMs = taken === undefined ? Number(paceMs) : Number(taken) / Number(chunks);
    stream(outgoing, body, eachMs, taken === undefined ? 0 : eachMs);
    return;
  }
  const send = (): void =>
    void outgoing
      .writeHead(200, { "content-type": "application/json", "x-request-id": "req_bench" })
      .end(wholeOf(body.length));
  if (taken === undefined) send();
  else {
    const timer = setTimeout(send, Number(taken));
    outgoing.once("close", () => clearTimeout(timer));
  }
};

createServer((incoming, outgoing) => {
  if (incoming.method === "GET") {
    outgoing.end(String(calls));
    return;
  }
  const body: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => body.push(chunk));
  incoming.on("end", () => {
    calls += 1;
    answer(outgoing, Buffer.concat(body));
  });
}).listen({ port: Number(port), host: "127.0.0.1", backlog: 4_096 });
