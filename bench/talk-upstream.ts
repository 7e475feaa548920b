import { WebSocketServer } from "ws";

// An upstream of realtime sessions that answers at once: a response of three words. A process of its own.
const [port = "0"] = process.argv.slice(2);

const session = {
  type: "realtime",
  model: "gpt-realtime",
  audio: { input: { turn_detection: { type: "server_vad" } } },
};
const response = { object: "realtime.response", id: "resp_bench", conversation_id: "conv_bench", output: [] };
const usage = {
  total_tokens: 29,
  input_tokens: 19,
  output_tokens: 10,
  input_token_details: { text_tokens: 19, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 10, audio_tokens: 0 },
};
const at = { response_id: response.id, item_id: "item_bench", output_index: 0, content_index: 0 };

const answer: readonly object[] = [
  { type: "response.created", response: { ...response, status: "in_progress", usage: null } },
  ...["Hello", " there", "!"].map((delta) => ({ type: "response.output_text.delta", ...at, delta })),
  { type: "response.output_text.done", ...at, text: "Hello there!" },
  { type: "response.done", response: { ...response, status: "completed", usage } },
];

const typeOf = (text: string): string => /"type":"([a-z_.]+)"/.exec(text)?.[1] ?? "";

new WebSocketServer({ port: Number(port), host: "127.0.0.1", perMessageDeflate: false }).on("connection", (socket) => {
  const tell = (event: object): void => socket.send(JSON.stringify({ event_id: "event_bench", ...event }));
  tell({ type: "session.created", session });
  socket.on("message", (data: Buffer) => {
    const type = typeOf(data.toString("utf8"));
    if (type === "session.update") tell({ type: "session.updated", session });
    if (type === "response.create") for (const event of answer) tell(event);
  });
});
