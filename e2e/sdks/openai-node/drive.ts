import { connect } from "node:net";
import { createServer } from "node:tls";
import { once } from "node:events";
import OpenAI, { toFile } from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import type { RealtimeServerEvent } from "openai/resources/realtime/realtime";
import { pngOf, waveOf } from "../../../test/media-files.ts";
import { createSelfSigned } from "../../../test/self-signed.ts";
import { expectThat, runShows, type Show } from "../node/show.ts";

// OpenAI's own client of the Realtime API. It speaks TLS always: what stands before a gateway in an installation stands here too.

const gateway = new URL(process.env["OPENAI_BASE_URL"] ?? "");
const { cert, key } = createSelfSigned();
const front = createServer({ cert, key }, (secured) => {
  const plain = connect(Number(gateway.port), gateway.hostname);
  secured.pipe(plain).pipe(secured);
  secured.on("error", () => plain.destroy());
  plain.on("error", () => secured.destroy());
});
front.listen(0, "127.0.0.1");
await once(front, "listening");
const address = front.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const client = new OpenAI({ baseURL: `https://127.0.0.1:${port}/v1` });

type Of<T extends RealtimeServerEvent["type"]> = Extract<RealtimeServerEvent, { readonly type: T }>;

/** One session, from its beginning to its end. */
class Session {
  readonly realtime = new OpenAIRealtimeWS(
    { model: "openai/gpt-realtime", options: { rejectUnauthorized: false } },
    client,
  );
  readonly events: RealtimeServerEvent[] = [];
  readonly errors: string[] = [];
  #wake: () => void = () => undefined;

  constructor() {
    this.realtime.on("event", (event) => {
      this.events.push(event);
      this.#wake();
    });
    this.realtime.on("error", ({ error, message }) => {
      this.errors.push(`${error?.code ?? ""} ${error?.param ?? ""} ${message}`);
      this.#wake();
    });
  }

  async until<T extends RealtimeServerEvent["type"]>(type: T): Promise<Of<T>> {
    for (;;) {
      const at = this.events.findIndex((event) => event.type === type);
      if (at >= 0) {
        const [found] = this.events.splice(0, at + 1).slice(-1);
        return found as Of<T>;
      }
      const failed = this.errors.shift();
      if (failed !== undefined) throw new Error(failed);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  set(session: Omit<OpenAI.Realtime.RealtimeSessionCreateRequest, "type">): void {
    this.realtime.send({ type: "session.update", session: { type: "realtime", ...session } });
  }

  say(text: string): void {
    this.realtime.send({
      type: "conversation.item.create",
      item: { type: "message", role: "user", content: [{ type: "input_text", text }] },
    });
  }
}

const inSession = (check: (session: Session) => Promise<void>) => async (): Promise<void> => {
  const session = new Session();
  try {
    await session.until("session.created");
    await check(session);
  } finally {
    session.realtime.close();
  }
};

/** Of 24,000 samples a second. */
const voice = (ms: number, loud: boolean): string => {
  const sound = Buffer.alloc(ms * 48);
  if (loud) for (let at = 0; at < sound.length; at += 2) sound.writeInt16LE(at % 96 < 48 ? 9_000 : -9_000, at);
  return sound.toString("base64");
};

const plain = new OpenAI({ maxRetries: 0 });
const searching = ["openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"] as const;

type ImageEvent = OpenAI.Images.ImageGenStreamEvent | OpenAI.Images.ImageEditStreamEvent;

/** Each image is whole, the unfinished ones come in their order, and the last tells the usage. */
const expectImages = async (events: AsyncIterable<ImageEvent>, outputTokens: number): Promise<void> => {
  let unfinished = 0;
  let told: number | undefined;
  for await (const event of events) {
    expectThat(told === undefined, "something comes after the image");
    expectThat(Buffer.from(event.b64_json, "base64").subarray(1, 4).toString() === "PNG", `${event.type} is no PNG`);
    if ("usage" in event) told = event.usage.output_tokens;
    else expectThat(event.partial_image_index === unfinished++, `${event.partial_image_index} is out of order`);
  }
  expectThat(told === outputTokens, `${told} tokens are told`);
};

const shows: readonly Show[] = [
  [
    "images, streamed",
    async () => {
      const asked = { model: "openai/gpt-image-1.5", prompt: "A boat", size: "1024x1024", quality: "medium" } as const;
      const image = await toFile(pngOf(64, 64), "a.png", { type: "image/png" });
      await expectImages(await plain.images.generate({ ...asked, stream: true }), 1_056);
      await expectImages(await plain.images.generate({ ...asked, stream: true, partial_images: 3 }), 1_356);
      await expectImages(await plain.images.edit({ ...asked, image, stream: true, partial_images: 1 }), 1_156);
      const several: unknown = await plain.images
        .generate({ ...asked, n: 2, stream: true })
        .catch((error: unknown) => error);
      expectThat(several instanceof OpenAI.BadRequestError && several.param === "n", `not refused: ${String(several)}`);
    },
  ],
  [
    "spoken answers",
    async () => {
      const spoken = {
        model: "openai/gpt-audio",
        modalities: ["text" as const, "audio" as const],
        messages: [{ role: "user" as const, content: "Good morning." }],
        max_completion_tokens: 400,
      };
      const whole = await plain.chat.completions.create({ ...spoken, audio: { voice: "alloy", format: "mp3" } });
      const said = whole.choices[0]?.message.audio;
      expectThat(said?.transcript.includes("Good morning.") === true, `it says ${said?.transcript}`);
      expectThat((said?.data.length ?? 0) > 1_000, "nothing is to be heard");
      const stream = plain.chat.completions.stream({
        ...spoken,
        audio: { voice: "marin", format: "pcm16" },
        stream_options: { include_usage: true },
      });
      let transcript = "";
      let bytes = 0;
      for await (const chunk of stream) {
        const { audio } = chunk.choices[0]?.delta ?? {};
        transcript += audio?.transcript ?? "";
        bytes += Buffer.from(audio?.data ?? "", "base64").length;
      }
      const usage = await stream.totalUsage();
      expectThat(transcript === said?.transcript, `${transcript} is not ${said?.transcript}`);
      expectThat(Math.abs(bytes / 2_400 - (usage.completion_tokens_details?.audio_tokens ?? 0)) < 3, `${bytes} bytes`);
      const further = await plain.chat.completions.create({
        ...spoken,
        audio: { voice: "alloy", format: "wav" },
        messages: [
          ...spoken.messages,
          { role: "assistant", content: transcript },
          { role: "user", content: "And tomorrow?" },
        ],
      });
      expectThat(further.choices[0]?.message.audio?.transcript.includes("tomorrow") === true, "it heard nothing");
    },
  ],
  [
    "transcripts as they are written down",
    async () => {
      for (const model of ["openai/gpt-4o-transcribe", "openai/gpt-4o-mini-transcribe"]) {
        const events = await plain.audio.transcriptions.create({
          model,
          file: await toFile(waveOf({ seconds: 12 }), "a.wav"),
          stream: true,
        });
        let written = "";
        for await (const event of events) {
          if (event.type === "transcript.text.delta") written += event.delta;
          if (event.type !== "transcript.text.done") continue;
          expectThat(event.text === written && written !== "", `${event.text} is not ${written}`);
          expectThat((event.usage?.output_tokens ?? 0) > 0, "it tells no usage");
          written = "done";
        }
        expectThat(written === "done", `${model} did not end`);
      }
    },
  ],
  [
    "search",
    async () => {
      for (const model of searching) {
        const asked = { model, input: "Who wrote it?", tools: [{ type: "web_search" as const }] };
        const { output } = await plain.responses.create(asked);
        const notes = output.flatMap((item) =>
          item.type === "message"
            ? item.content.flatMap((part) => (part.type === "output_text" ? part.annotations : []))
            : [],
        );
        expectThat(
          notes.some(({ type }) => type === "url_citation"),
          `${model} cites nothing`,
        );
        const kinds = new Set<string>();
        for await (const event of await plain.responses.create({ ...asked, stream: true })) kinds.add(event.type);
        for (const kind of ["response.output_text.annotation.added", "response.web_search_call.completed"])
          expectThat(kinds.has(kind), `${model} streams no ${kind}: ${[...kinds].join(" ")}`);
      }
    },
  ],
  [
    "realtime text",
    inSession(async (session) => {
      session.set({ output_modalities: ["text"], instructions: "Be short.", tracing: "auto" });
      await session.until("session.updated");
      session.say("Hello");
      session.realtime.send({ type: "response.create" });
      const { text } = await session.until("response.output_text.done");
      expectThat(text.length > 0, "no text");
      const { response } = await session.until("response.done");
      expectThat(response.status === "completed" && (response.usage?.output_tokens ?? 0) > 0, JSON.stringify(response));
    }),
  ],
  [
    "realtime sound",
    inSession(async (session) => {
      for (const audio of [voice(1_000, true), voice(800, false)])
        session.realtime.send({ type: "input_audio_buffer.append", audio });
      await session.until("input_audio_buffer.speech_started");
      const { delta } = await session.until("response.output_audio.delta");
      expectThat(Buffer.from(delta, "base64").length > 0, "no sound");
      const { response } = await session.until("response.done");
      const heard = response.usage?.input_token_details?.audio_tokens ?? 0;
      expectThat(heard >= 10 && heard < 40, `${heard} tokens of sound`);
    }),
  ],
  [
    "realtime tools",
    inSession(async (session) => {
      const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
      session.set({
        output_modalities: ["text"],
        tools: [{ type: "function", name: "weather", description: "The weather in a city", parameters }],
      });
      session.say("What is the weather in Paris?");
      session.realtime.send({ type: "response.create", response: { tool_choice: "required" } });
      const { call_id, arguments: written } = await session.until("response.function_call_arguments.done");
      expectThat(typeof JSON.parse(written) === "object", written);
      await session.until("response.done");
      session.realtime.send({
        type: "conversation.item.create",
        item: { type: "function_call_output", call_id, output: "21 degrees" },
      });
      session.realtime.send({ type: "response.create", response: { tool_choice: "none" } });
      const { text } = await session.until("response.output_text.done");
      expectThat(text.length > 0, "no text");
      await session.until("response.done");
    }),
  ],
  [
    "realtime cancellation",
    inSession(async (session) => {
      session.set({ output_modalities: ["text"] });
      session.say("Tell me a long story. [[words:3000]]");
      session.realtime.send({ type: "response.create" });
      session.realtime.send({ type: "response.cancel" });
      const { response } = await session.until("response.done");
      expectThat(response.status === "cancelled", `it is ${response.status}`);
    }),
  ],
  [
    "realtime transcripts",
    inSession(async (session) => {
      session.set({ audio: { input: { transcription: { model: "gpt-4o-mini-transcribe" } } } });
      const { session: set } = await session.until("session.updated");
      expectThat(JSON.stringify(set).includes("gpt-4o-mini-transcribe"), JSON.stringify(set));
      for (const audio of [voice(2_000, true), voice(800, false)])
        session.realtime.send({ type: "input_audio_buffer.append", audio });
      const { transcript, usage } = await session.until("conversation.item.input_audio_transcription.completed");
      expectThat(transcript.length > 0 && usage.type === "tokens", transcript);
    }),
  ],
  [
    "realtime errors",
    inSession(async (session) => {
      session.set({ prompt: { id: "pmpt_1" } });
      const refused = await session.until("session.updated").then(
        () => "",
        (error: unknown) => String(error),
      );
      expectThat(refused.includes("session.prompt"), refused);
      session.set({ output_modalities: ["text"] });
      await session.until("session.updated");
      session.realtime.send({ type: "response.create" });
      await session.until("response.done");
    }),
  ],
];

try {
  await runShows(shows);
} finally {
  front.close();
}
