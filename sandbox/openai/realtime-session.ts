import type { WebSocket } from "ws";
import { finiteNumberOf, isObject, objectOf, parseJson, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { Refusal } from "../refusal.ts";
import { merge, RealtimeAnswers, type RealtimeHost } from "./realtime-answers.ts";
import { heardItem, writtenItem, type Item } from "./realtime-items.ts";
import { clientEvents, refuseItem, refuseResponse, refuseSession } from "./realtime-rules.ts";
import { bytesPerMs, TurnDetector, type SoundFormat } from "./realtime-voice.ts";

const usualTurns = {
  type: "server_vad",
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 500,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
};

/** One session of the Realtime API: https://platform.openai.com/docs/api-reference/realtime */
class RealtimeSession {
  readonly #socket: WebSocket;
  readonly #host: RealtimeHost;
  readonly #detector = new TurnDetector();
  #session: JsonObject;
  readonly #answers: RealtimeAnswers;
  #buffer: Buffer[] = [];
  #count = 0;

  constructor(socket: WebSocket, host: RealtimeHost) {
    this.#socket = socket;
    this.#host = host;
    this.#answers = new RealtimeAnswers(host, {
      send: (type, fields) => this.#send(type, fields),
      id: (prefix) => this.#id(prefix),
      terminate: () => socket.terminate(),
    });
    this.#session = {
      type: "realtime",
      object: "realtime.session",
      id: this.#id("sess"),
      model: host.model.id,
      output_modalities: ["audio"],
      instructions: "Talk as a friendly voice would.",
      tools: [],
      tool_choice: "auto",
      max_output_tokens: "inf",
      tracing: null,
      truncation: "auto",
      prompt: null,
      include: null,
      audio: {
        input: {
          format: { type: "audio/pcm", rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: usualTurns,
        },
        output: { format: { type: "audio/pcm", rate: 24_000 }, voice: "marin", speed: 1 },
      },
    };
    socket.on("message", (data: Buffer, isBinary: boolean) =>
      this.#take(isBinary ? undefined : parseJson(data.toString())),
    );
    socket.on("close", () => void this.#answers.cancel("client_cancelled"));
  }

  begin(): void {
    this.#send("session.created", { session: this.#session });
  }

  #id(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${String(this.#count).padStart(8, "0")}sandbox`;
  }

  #send(type: string, fields: JsonObject): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(JSON.stringify({ type, event_id: this.#id("event"), ...fields }));
  }

  #refuse({ message, param = null, code = null }: Refusal, event: JsonObject): void {
    const { event_id: about } = event;
    this.#send("error", { error: { type: "invalid_request_error", code, message, param, event_id: about ?? null } });
  }

  get #input(): JsonObject {
    return objectOf(objectOf(this.#session["audio"])["input"]);
  }

  get #format(): SoundFormat {
    const { type } = objectOf(this.#input["format"]);
    return type === "audio/pcmu" || type === "audio/pcma" ? type : "audio/pcm";
  }

  #take(value: unknown): void {
    const event = objectOf(value);
    const type = stringOf(event["type"]);
    if (!clientEvents.some((known) => known === type))
      return this.#refuse(
        {
          status: 400,
          message: `Invalid value: '${type}'. Supported values are: ${clientEvents.map((one) => `'${one}'`).join(", ")}.`,
          param: "type",
          code: "invalid_value",
        },
        event,
      );
    switch (type) {
      case "session.update":
        return this.#update(event);
      case "input_audio_buffer.append":
        return this.#append(event);
      case "input_audio_buffer.commit":
        return this.#commit(event);
      case "input_audio_buffer.clear":
        this.#buffer = [];
        this.#detector.forget();
        return this.#send("input_audio_buffer.cleared", {});
      case "conversation.item.create":
        return this.#create(event);
      case "conversation.item.retrieve":
        return this.#withItem(event, (item) => this.#send("conversation.item.retrieved", { item: item.shown }));
      case "conversation.item.truncate":
        return this.#withItem(event, () => {
          const { item_id, content_index, audio_end_ms } = event;
          this.#send("conversation.item.truncated", { item_id, content_index, audio_end_ms });
        });
      case "conversation.item.delete":
        return this.#withItem(event, (item) => {
          this.#answers.items = this.#answers.items.filter((one) => one !== item);
          this.#send("conversation.item.deleted", { item_id: event["item_id"] });
        });
      case "response.cancel":
        if (!this.#answers.cancel("client_cancelled"))
          return this.#refuse(
            {
              status: 400,
              message: "Cancellation failed: no active response found",
              code: "response_cancel_not_active",
            },
            event,
          );
        return undefined;
      default:
        return this.#ask(event);
    }
  }

  #withItem(event: JsonObject, then: (item: Item) => void): void {
    const id = stringOf(event["item_id"]);
    const item = this.#answers.items.find(({ shown }) => shown["id"] === id);
    if (item !== undefined) return then(item);
    this.#refuse(
      {
        status: 404,
        message: `Error: the item with id '${id}' does not exist.`,
        param: "item_id",
        code: "item_not_found",
      },
      event,
    );
  }

  #update(event: JsonObject): void {
    const { model } = this.#host;
    const voice = stringOf(objectOf(objectOf(this.#session["audio"])["output"])["voice"]);
    const refusal = refuseSession(event["session"], model.maxOutput, voice, this.#answers.spoke);
    if (refusal !== undefined) return this.#refuse(refusal, event);
    const before = this.#format;
    this.#session = merge(this.#session, objectOf(event["session"]));
    if (this.#format !== before) this.#detector.forget();
    this.#send("session.updated", { session: this.#session });
  }

  #append(event: JsonObject): void {
    const { audio } = event;
    const sound = Buffer.from(stringOf(audio), "base64");
    if (sound.length === 0)
      return this.#refuse(
        {
          status: 400,
          message: "Invalid 'audio'. Expected base64-encoded audio bytes.",
          param: "audio",
          code: "invalid_value",
        },
        event,
      );
    this.#buffer.push(sound);
    const turns = this.#input["turn_detection"];
    if (!isObject(turns)) return;
    const heard = this.#detector.hear(sound, this.#format, {
      threshold: finiteNumberOf(turns["threshold"]) ?? 0.5,
      prefixMs: finiteNumberOf(turns["prefix_padding_ms"]) ?? 300,
      silenceMs: finiteNumberOf(turns["silence_duration_ms"]) ?? 500,
    });
    for (const one of heard) {
      const item_id = this.#id("item");
      if (one.kind === "started") {
        this.#send("input_audio_buffer.speech_started", { audio_start_ms: one.atMs, item_id });
        if (turns["interrupt_response"] !== false) this.#answers.cancel("turn_detected");
        continue;
      }
      this.#send("input_audio_buffer.speech_stopped", { audio_end_ms: one.atMs, item_id });
      this.#buffer = [];
      this.#heard(item_id, one.ms);
      if (turns["create_response"] !== false) this.#start({}, {});
    }
  }

  #commit(event: JsonObject): void {
    const ms = this.#buffer.reduce((sum, { length }) => sum + length, 0) / bytesPerMs(this.#format);
    // Recorded by clients: "buffer too small. Expected at least 100ms of audio"
    if (ms < 100)
      return this.#refuse(
        {
          status: 400,
          message: `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${ms.toFixed(2)}ms of audio.`,
          code: "input_audio_buffer_commit_empty",
        },
        event,
      );
    this.#buffer = [];
    this.#detector.forget();
    this.#heard(this.#id("item"), ms);
  }

  #heard(id: string, ms: number): void {
    const previous_item_id = this.#answers.lastId();
    this.#send("input_audio_buffer.committed", { item_id: id, previous_item_id });
    this.#add(heardItem(id, ms), previous_item_id);
  }

  #add(item: Item, previous_item_id: unknown): void {
    this.#answers.items.push(item);
    this.#send("conversation.item.added", { item: item.shown, previous_item_id });
    this.#send("conversation.item.done", { item: item.shown, previous_item_id });
  }

  #create(event: JsonObject): void {
    const refusal = refuseItem(event["item"]);
    if (refusal !== undefined) return this.#refuse(refusal, event);
    const value = objectOf(event["item"]);
    this.#add(writtenItem(value, stringOf(value["id"]) || this.#id("item"), this.#format), this.#answers.lastId());
  }

  #ask(event: JsonObject): void {
    const refusal = refuseResponse(event["response"], this.#host.model.maxOutput);
    if (refusal !== undefined) return this.#refuse(refusal, event);
    const { running } = this.#answers;
    if (running !== undefined)
      return this.#refuse(
        {
          status: 400,
          message: `Conversation already has an active response in progress: ${running}. Wait until the response is finished before creating a new one.`,
          code: "conversation_already_has_active_response",
        },
        event,
      );
    this.#start(objectOf(event["response"]), event);
  }

  #start(asked: JsonObject, event: JsonObject): void {
    this.#answers.start({ asked, event, session: this.#session, format: this.#format });
  }
}

/** Talks to whoever opened the socket. */
export const serveRealtimeSession = (socket: WebSocket, host: RealtimeHost): void => {
  const session = new RealtimeSession(socket, host);
  session.begin();
};
