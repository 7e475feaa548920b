import { setTimeout as sleep } from "node:timers/promises";
import { countTokens } from "../count-tokens.ts";
import type { FaultCall } from "../plan.ts";
import { finiteNumberOf, isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { Units } from "../units.ts";
import type { OpenaiModel } from "./models.ts";
import { composeSpoken, type Piece, type Spoken } from "./compose-spoken.ts";
import { addTokens, noTokens, tokensIn, writtenItem, type Item, type Tokens } from "./realtime-items.ts";
import { unitsOfUsage, realtimeUsage } from "./realtime-usage.ts";
import type { SoundFormat } from "./realtime-voice.ts";

/** What a session needs of the sandbox around it. */
export interface RealtimeHost {
  readonly model: OpenaiModel;
  /** Faults of the next response, which is counted. */
  readonly faults: (bodyText: string) => readonly FaultCall[];
  readonly paceMs: () => number;
  readonly tell: (calls: readonly FaultCall[], usage: JsonObject) => JsonObject | undefined;
  /** Written down before the last event leaves. */
  readonly record: (response: {
    readonly units: Units;
    readonly reported: Units | null;
    readonly faults: readonly string[];
    readonly body: string;
  }) => Promise<void>;
}

interface Running {
  readonly id: string;
  cancelled: "turn_detected" | "client_cancelled" | undefined;
}

/** The way to the session's client. */
interface SessionOut {
  readonly send: (type: string, fields: JsonObject) => void;
  readonly id: (prefix: string) => string;
  readonly terminate: () => void;
}

interface AskedResponse {
  readonly asked: JsonObject;
  /** The event that asked for it; empty where nobody did. */
  readonly event: JsonObject;
  readonly session: JsonObject;
  readonly format: SoundFormat;
}

/** A session or a response with what is set in it. */
export const merge = (before: JsonObject, now: JsonObject): JsonObject => {
  const merged: JsonObject = { ...before };
  for (const [name, value] of Object.entries(now))
    merged[name] =
      isObject(value) && isObject(before[name]) && name !== "turn_detection" ? merge(before[name], value) : value;
  return merged;
};

/** The responses of a session, one at a time, and the conversation that they go on with. */
export class RealtimeAnswers {
  readonly #host: RealtimeHost;
  readonly #out: SessionOut;
  readonly #counted = new Set<string>();
  #running: Running | undefined;
  items: Item[] = [];
  /** The model has been heard. */
  spoke = false;

  constructor(host: RealtimeHost, out: SessionOut) {
    this.#host = host;
    this.#out = out;
  }

  /** The id of the response that is under way. */
  get running(): string | undefined {
    return this.#running?.id;
  }

  /** Whether there was one to cancel. */
  cancel(why: "turn_detected" | "client_cancelled"): boolean {
    if (this.#running === undefined) return false;
    this.#running.cancelled = why;
    return true;
  }

  lastId(): unknown {
    return this.items.at(-1)?.shown["id"] ?? null;
  }

  start(asked: AskedResponse): void {
    const running: Running = { id: this.#out.id("resp"), cancelled: undefined };
    this.#running = running;
    void this.#answer(running, asked).catch(() => this.#out.terminate());
  }

  /** What goes in: all of the conversation that fits, or what the response brings of its own. */
  #contextOf(
    { asked, format }: AskedResponse,
    settings: JsonObject,
  ): { readonly items: readonly Item[]; readonly head: Tokens } {
    const own = asked["input"];
    let items = Array.isArray(own)
      ? own.flatMap((one) => {
          const value = objectOf(one);
          if (value["type"] === "item_reference") return this.items.filter(({ shown }) => shown["id"] === value["id"]);
          return [writtenItem(value, this.#out.id("item"), format)];
        })
      : [...this.items];
    const tools = listOf(settings["tools"]);
    const head = {
      ...noTokens,
      text:
        countTokens(stringOf(settings["instructions"])) + (tools.length === 0 ? 0 : countTokens(JSON.stringify(tools))),
    };
    // "A 32k context model with 4,096 max output tokens can only include 28,224 tokens in the context"
    const most = this.#host.model.context - this.#host.model.maxOutput;
    while (items.length > 0 && tokensIn(items.map(({ tokens }) => tokens).reduce(addTokens, head)) > most)
      items = items.slice(1);
    return { items, head };
  }

  async #answer(running: Running, start: AskedResponse): Promise<void> {
    const { asked, event, session } = start;
    const body = JSON.stringify(event);
    const calls = this.#host.faults(body);
    const named = (name: string): FaultCall | undefined => calls.find((call) => call.name === name);
    if (named("hang-before-headers") !== undefined) return;
    if (named("server-error") !== undefined || named("rate-limited") !== undefined) {
      this.#running = undefined;
      const code = named("rate-limited") === undefined ? null : "rate_limit_exceeded";
      return this.#out.send("error", {
        error: {
          type: code === null ? "server_error" : "invalid_request_error",
          code,
          message: "The sandbox was told to refuse.",
          param: null,
          event_id: event["event_id"] ?? null,
        },
      });
    }
    const settings = merge(session, asked);
    const { items, head } = this.#contextOf(start, settings);
    const limit = finiteNumberOf(settings["max_output_tokens"]) ?? this.#host.model.maxOutput;
    const output = objectOf(objectOf(objectOf(settings["audio"])["output"])["format"]);
    const last = items.at(-1);
    const spoken = composeSpoken({
      texts: items.map(({ text }) => text),
      lastText: last?.text ?? "",
      toolResult: last?.shown["type"] === "function_call_output" ? last.text : undefined,
      settings,
      format: output["type"] === "audio/pcmu" || output["type"] === "audio/pcma" ? output["type"] : "audio/pcm",
      limit,
    });
    const cached = items
      .filter(({ shown }) => this.#counted.has(String(shown["id"])))
      .map(({ tokens }) => tokens)
      .reduce(addTokens, this.#counted.size > 0 ? head : noTokens);
    const into = items.map(({ tokens }) => tokens).reduce(addTokens, head);
    for (const { shown } of items) this.#counted.add(String(shown["id"]));
    const response = {
      object: "realtime.response",
      id: running.id,
      status: "in_progress",
      status_details: null,
      output: [] as JsonObject[],
      conversation_id: settings["conversation"] === "none" ? null : "conv_sandbox",
      output_modalities: settings["output_modalities"],
      max_output_tokens: limit,
      metadata: asked["metadata"] ?? null,
      usage: null,
    };
    this.#out.send("response.created", { response });
    const item = await this.#say(running, spoken, calls, response["conversation_id"] !== null);
    if (item === "lost") {
      const usage = realtimeUsage(into, cached, spoken.pieces.at(-1));
      await this.#host.record({
        units: unitsOfUsage(usage),
        reported: null,
        faults: calls.map(({ name }) => name),
        body,
      });
      this.#running = undefined;
      return;
    }
    const { made, shown } = item;
    const usage = realtimeUsage(into, cached, made);
    const told = this.#host.tell(calls, usage);
    await this.#host.record({
      units: unitsOfUsage(usage),
      reported: told === undefined ? null : unitsOfUsage(told),
      faults: calls.map(({ name }) => name),
      body,
    });
    const status = running.cancelled !== undefined ? "cancelled" : spoken.cut ? "incomplete" : "completed";
    const reason = running.cancelled ?? (spoken.cut ? "max_output_tokens" : undefined);
    if (spoken.kind === "audio") this.spoke = true;
    this.#running = undefined;
    this.#out.send("response.done", {
      response: {
        ...response,
        status,
        status_details: reason === undefined ? null : { type: status, reason },
        output: [shown],
        usage: told ?? null,
      },
    });
    this.#out.send("rate_limits.updated", {
      rate_limits: [
        { name: "requests", limit: 1_000, remaining: 999, reset_seconds: 0.06 },
        { name: "tokens", limit: 50_000, remaining: 49_950, reset_seconds: 0.06 },
      ],
    });
  }

  /** Says an answer, piece by piece, as far as it is not interrupted. */
  async #say(
    running: Running,
    spoken: Spoken,
    calls: readonly FaultCall[],
    kept: boolean,
  ): Promise<"lost" | { readonly made: Piece | undefined; readonly shown: JsonObject }> {
    const pace = calls.find(({ name }) => name === "pace");
    const everyMs = pace === undefined ? this.#host.paceMs() : (finiteNumberOf(pace["everyMs"]) ?? 20);
    const names = new Set(calls.map(({ name }) => name));
    const id = this.#out.id("item");
    const place = { response_id: running.id, output_index: 0 };
    const isCall = spoken.kind === "call";
    const call = isCall
      ? { type: "function_call", name: spoken.name, call_id: this.#out.id("call") }
      : { type: "message", role: "assistant" };
    const begun = {
      id,
      object: "realtime.item",
      status: "in_progress",
      ...call,
      ...(isCall ? { arguments: "" } : { content: [] }),
    };
    this.#out.send("response.output_item.added", { ...place, item: begun });
    const previous_item_id = this.lastId();
    if (kept) this.#out.send("conversation.item.added", { item: begun, previous_item_id });
    const at = {
      ...place,
      item_id: id,
      ...(isCall ? { call_id: call["call_id" as keyof typeof call] } : { content_index: 0 }),
    };
    const part = { type: spoken.kind === "audio" ? "audio" : "text" };
    if (!isCall) this.#out.send("response.content_part.added", { ...at, part: { ...part, text: "", transcript: "" } });
    let made: Piece | undefined;
    let said = "";
    for (const [index, piece] of spoken.pieces.entries()) {
      const half = index >= Math.floor(spoken.pieces.length / 2);
      if (names.has("cut-before-first-delta") || (names.has("cut-mid-stream") && half)) {
        this.#out.terminate();
        return "lost";
      }
      if (names.has("hang-mid-body") && half) return "lost";
      if (everyMs > 0) await sleep(everyMs);
      if (running.cancelled !== undefined) break;
      for (const { type, delta } of piece.events) {
        this.#out.send(stringOf(type), { ...at, delta });
        if (type !== "response.output_audio.delta") said += stringOf(delta);
      }
      made = piece;
    }
    if (names.has("cut-after-last-delta")) {
      this.#out.terminate();
      return "lost";
    }
    const status = running.cancelled === undefined && !spoken.cut ? "completed" : "incomplete";
    if (isCall) this.#out.send("response.function_call_arguments.done", { ...at, arguments: said, name: spoken.name });
    else if (spoken.kind === "text") this.#out.send("response.output_text.done", { ...at, text: said });
    else {
      this.#out.send("response.output_audio.done", at);
      this.#out.send("response.output_audio_transcript.done", { ...at, transcript: said });
    }
    const content =
      spoken.kind === "audio" ? { type: "output_audio", transcript: said } : { type: "output_text", text: said };
    if (!isCall)
      this.#out.send("response.content_part.done", {
        ...at,
        part: { ...part, ...(spoken.kind === "audio" ? { transcript: said } : { text: said }) },
      });
    const shown = { ...begun, status, ...(isCall ? { arguments: said } : { content: [content] }) };
    if (kept) {
      this.items.push({ shown, text: said, tokens: { text: made?.text ?? 0, audio: made?.audio ?? 0, image: 0 } });
      this.#out.send("conversation.item.done", { item: shown, previous_item_id });
    }
    this.#out.send("response.output_item.done", { ...place, item: shown });
    return { made, shown };
  }
}
