import { createServer, type ServerResponse } from "node:http";

// An upstream that answers chat at once, whole or as a stream whose chunks come at a steady pace. A process of its own.
const [port = "0", chunks = "16", paceMs = "250"] = process.argv.slice(2);
const model = "gpt-4o-mini-2024-07-18";
const usage = {
  prompt_tokens: 19,
  completion_tokens: Number(chunks),
  total_tokens: 19 + Number(chunks),
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};
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
const first = delta({ role: "assistant", content: "Hello", refusal: null }, null);
const next = delta({ content: " again" }, null);
const last =
  delta({}, "stop") + event({ ...common, object: "chat.completion.chunk", choices: [], usage }) + "data: [DONE]\n\n";
const whole = JSON.stringify({
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
  usage,
});

let streams = 0;
const stream = (outgoing: ServerResponse): void => {
  streams += 1;
  outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_bench" });
  outgoing.write(first);
  let sent = 1;
  const timer = setInterval(() => {
    sent += 1;
    if (sent < Number(chunks)) outgoing.write(next);
    else {
      clearInterval(timer);
      outgoing.end(last);
    }
  }, Number(paceMs));
  outgoing.once("close", () => clearInterval(timer));
};

createServer((incoming, outgoing) => {
  if (incoming.method === "GET") {
    outgoing.end(String(streams));
    return;
  }
  const body: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => body.push(chunk));
  incoming.on("end", () => {
    if (Buffer.concat(body).includes('"stream":true')) stream(outgoing);
    else outgoing.writeHead(200, { "content-type": "application/json", "x-request-id": "req_bench" }).end(whole);
  });
}).listen({ port: Number(port), host: "127.0.0.1", backlog: 4_096 });
