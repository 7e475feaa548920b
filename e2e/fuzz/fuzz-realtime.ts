import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerRow } from "../../test/gateway.ts";
import { RealtimeTalk, type TalkEvent } from "../../test/realtime-talk.ts";
import type { ListeningGateway } from "../../test/listening-gateway.ts";
import { pngOf } from "../../test/media-files.ts";
import { SeededChoices } from "./seeded-choices.ts";

interface FuzzRealtime {
  readonly gateway: ListeningGateway;
  readonly seed: number;
  /** Responses, over all sessions. */
  readonly count: number;
  readonly onProgress?: (done: number) => void;
}

interface RealtimeVerdict {
  readonly responses: number;
  readonly sessions: number;
  readonly transcripts: number;
  /** What did not hold, by its kind, with the first of each. */
  readonly failed: Readonly<Record<string, { readonly times: number; readonly first: unknown }>>;
  /** The most of its hold that a response took, in parts of a thousand. */
  readonly fullest: number;
}

const models = [
  "openai/gpt-realtime",
  "openai/gpt-realtime-mini",
  "openai/gpt-realtime-2.1",
  "gpt-realtime-1.5",
] as const;
const formats = ["audio/pcm", "audio/pcmu", "audio/pcma"] as const;
type Format = (typeof formats)[number];
const transcribers = ["gpt-4o-mini-transcribe", "gpt-4o-transcribe", "whisper-1"] as const;
const idOf = (item: unknown): string =>
  typeof item === "object" && item !== null ? String(Reflect.get(item, "id")) : "";

const words = "the boat leaves at nine and nobody knows why 船は九時に出る — naïve coöperation 🚤 ".split(" ");

const textOf = (choices: SeededChoices): string =>
  Array.from(
    { length: 1 + choices.below(choices.chance(0.05) ? 4_000 : 60) },
    () => words[choices.below(words.length)],
  ).join(" ");

const sound = (choices: SeededChoices, format: Format, ms: number, loud: boolean): string => {
  const bytes = Buffer.alloc(
    ms * (format === "audio/pcm" ? 48 : 8),
    format === "audio/pcma" ? 0xd5 : format === "audio/pcmu" ? 0xff : 0,
  );
  if (loud && format === "audio/pcm")
    for (let at = 0; at < bytes.length; at += 2) bytes.writeInt16LE(choices.below(2) * 18_000 - 9_000, at);
  if (loud && format !== "audio/pcm") bytes.fill(0x05);
  return bytes.toString("base64");
};

const picture = `data:image/png;base64,${pngOf(900, 700).toString("base64")}`;

const itemOf = (choices: SeededChoices, format: Format): TalkEvent => {
  const kind = choices.below(6);
  if (kind === 0) return { type: "message", role: "system", content: [{ type: "input_text", text: textOf(choices) }] };
  if (kind === 1)
    return { type: "message", role: "assistant", content: [{ type: "output_text", text: textOf(choices) }] };
  if (kind === 2)
    return {
      type: "message",
      role: "user",
      content: [
        { type: "input_text", text: textOf(choices) },
        { type: "input_image", image_url: picture },
      ],
    };
  if (kind === 3)
    return {
      type: "message",
      role: "user",
      content: [{ type: "input_audio", audio: sound(choices, format, 200 + choices.below(20_000), false) }],
    };
  return { type: "message", role: "user", content: [{ type: "input_text", text: textOf(choices) }] };
};

const sessionOf = (choices: SeededChoices, format: Format): TalkEvent => ({
  ...(choices.chance(0.5) ? { instructions: textOf(choices) } : {}),
  ...(choices.chance(0.5) ? { output_modalities: [choices.pick(["text", "text", "audio"])] } : {}),
  ...(choices.chance(0.1) ? { tracing: "auto" } : {}),
  ...(choices.chance(0.4) ? { max_output_tokens: choices.pick<string | number>(["inf", 1, 1, 40, 800]) } : {}),
  ...(choices.chance(0.3)
    ? {
        tools: [
          {
            type: "function",
            name: "weather",
            description: textOf(choices),
            parameters: { type: "object", properties: {} },
          },
        ],
      }
    : {}),
  audio: {
    input: {
      format: format === "audio/pcm" ? { type: format, rate: 24_000 } : { type: format },
      ...(choices.chance(0.3)
        ? { transcription: choices.pick([null, ...transcribers.map((model) => ({ model }))]) }
        : {}),
    },
  },
});

/** What may be said or set between two responses, or while one is asked for; most of it without waiting for an answer. */
const act = async (talk: RealtimeTalk, choices: SeededChoices, before: Format): Promise<Format> => {
  switch (choices.below(7)) {
    case 0: {
      const format = choices.pick(formats);
      if (choices.chance(0.5)) await talk.set(sessionOf(choices, format));
      else talk.send({ type: "session.update", session: { type: "realtime", ...sessionOf(choices, format) } });
      return format;
    }
    case 1: {
      const audio = sound(choices, before, 100 + choices.below(8_000), false);
      talk.send({ type: "input_audio_buffer.append", audio });
      const next = choices.pick(["commit", "clear", "nothing"]);
      if (next !== "nothing") talk.send({ type: `input_audio_buffer.${next}` });
      return before;
    }
    case 2: {
      const known = talk.events.flatMap(({ type, item }) => (type === "conversation.item.done" ? [idOf(item)] : []));
      const item_id = known[choices.below(known.length)] ?? "item_unknown";
      if (choices.chance(0.5)) talk.send({ type: "conversation.item.delete", item_id });
      else talk.send({ type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 100 });
      return before;
    }
    default:
      talk.send({ type: "conversation.item.create", item: itemOf(choices, before) });
      return before;
  }
};

const isUnavailable = ({ type, error }: TalkEvent): boolean =>
  type === "error" && JSON.stringify(error).includes('"code":"LEDGER_UNAVAILABLE"');

/** Until there are so many responses. A busy database may have room for none: then it is asked for again. */
const answered = async (talk: RealtimeTalk, responses: number): Promise<void> => {
  for (;;) {
    const refused = talk.events.filter(isUnavailable).length;
    const done = (): boolean => talk.types().filter((type) => type === "response.done").length >= responses;
    await talk.until(() => done() || talk.events.filter(isUnavailable).length > refused, `${responses} responses`);
    if (done()) return;
    await sleep(2_000);
    talk.send({ type: "response.create" });
  }
};

/** One session: so many responses, with all that may be said and set between them. */
const hold = async (talk: RealtimeTalk, choices: SeededChoices, responses: number): Promise<void> => {
  let format: Format = "audio/pcm";
  for (let made = 0; made < responses; made += 1) {
    for (let acts = choices.below(5); acts > 0; acts -= 1) format = await act(talk, choices, format);
    if (choices.chance(0.3)) {
      talk.send({ type: "input_audio_buffer.append", audio: sound(choices, format, 300 + choices.below(9_000), true) });
      talk.send({ type: "input_audio_buffer.append", audio: sound(choices, format, 700, false) });
      await talk.next("input_audio_buffer.speech_stopped");
    } else {
      const response = {
        ...(choices.chance(0.2)
          ? { input: [itemOf(choices, format)], conversation: choices.pick(["auto", "none"]) }
          : {}),
        ...(choices.chance(0.2) ? { instructions: textOf(choices) } : {}),
      };
      talk.send({ type: "response.create", response });
      for (let acts = choices.below(3); acts > 0; acts -= 1) format = await act(talk, choices, format);
      if (choices.chance(0.1)) talk.send({ type: "response.cancel" });
    }
    await answered(talk, made + 1);
  }
};

const transcribed = "conversation.item.input_audio_transcription.";

/** How many turns were to be transcribed: those that became items while the session said so. */
const toTranscribe = ({ events }: RealtimeTalk): number => {
  let [count, on] = [0, false];
  for (const { type, session } of events) {
    if (type === "session.updated") on = JSON.stringify(session).includes('"transcription":{');
    if (type === "input_audio_buffer.committed" && on) count += 1;
  }
  return count;
};

/** Until each is there, or told to be none. */
const heardOut = async (talk: RealtimeTalk): Promise<readonly TalkEvent[]> => {
  const ends = (): readonly TalkEvent[] =>
    talk.events.filter(({ type }) => type === `${transcribed}completed` || type === `${transcribed}failed`);
  for (let looks = 0; looks < 400 && ends().length < toTranscribe(talk); looks += 1) await sleep(25);
  return ends();
};

/** A row is closed before its response's last event leaves; one that is not is looked at again, for a moment. */
const rowsOf = async (gateway: ListeningGateway, organizationId: string): Promise<readonly LedgerRow[]> => {
  for (let looks = 0; ; looks += 1) {
    const rows = await gateway.rows(organizationId);
    if (looks === 100 || rows.every(({ state }) => state !== "open")) return rows;
    await sleep(50);
  }
};

const sorted = (units: Readonly<Record<string, unknown>> | null): string =>
  JSON.stringify(Object.entries(units ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What is wrong with a row, if anything is. */
const wrongIn = (row: LedgerRow, billed: string | undefined): string | undefined => {
  if (row.state !== "settled" || row.cost === null) return `a row is ${row.state}`;
  if (row.cost > row.held) return "a row costs more than was held";
  return sorted(row.units) === billed ? undefined : "a row counts otherwise than its vendor";
};

const isTranscript = ({ model }: Pick<LedgerRow, "model">): boolean => transcribers.some((one) => one === model);

/** Random sessions: neither a response nor a transcript may cost more than was held for it, and each is charged what its vendor counted. */
export const fuzzRealtime = async ({ gateway, seed, count, onProgress }: FuzzRealtime): Promise<RealtimeVerdict> => {
  const choices = new SeededChoices(seed);
  const failed: Record<string, { times: number; first: unknown }> = {};
  const fail = (kind: string, found: unknown): void => {
    const before = failed[kind];
    failed[kind] = { times: (before?.times ?? 0) + 1, first: before?.first ?? found };
  };
  let [responses, sessions, transcripts, fullest] = [0, 0, 0, 0];
  while (responses < count) {
    const { credential, organizationId } = gateway.issue();
    await gateway.sandbox.reset();
    const model = choices.pick(models);
    const talk = await RealtimeTalk.open(gateway.url, { credential, model });
    const wanted = Math.min(1 + choices.below(25), count - responses);
    const ended = await hold(talk, choices, wanted).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const transcriptions = await heardOut(talk);
    talk.close();
    const all = await rowsOf(gateway, organizationId);
    const asked = gateway.sandbox.requests();
    const billedAt = (path: string): readonly string[] =>
      asked.filter((one) => one.path === path).map(({ units }) => sorted(units));
    const rows = all.filter((row) => !isTranscript(row));
    const billed = billedAt("/realtime");
    const written = all.filter(isTranscript);
    const wanting = toTranscribe(talk);
    if (ended !== undefined || rows.length !== wanted || billed.length !== wanted)
      fail("rows are not as many as responses", {
        session: sessions,
        model,
        wanted,
        rows: rows.length,
        billed: billed.length,
        ended,
        errors: talk.events.filter(({ type }) => type === "error").slice(-3),
      });
    const failures = transcriptions.filter(({ type }) => type === `${transcribed}failed`);
    // Part of what is said comes before there were to be transcripts.
    const failure = failures.find(({ error }) => !/"code":"(CONFLICT|LEDGER_UNAVAILABLE)"/.test(JSON.stringify(error)));
    if (written.length !== wanting - failures.length || transcriptions.length !== wanting || failure !== undefined)
      fail("rows are not as many as transcripts", {
        session: sessions,
        wanting,
        rows: written.length,
        told: transcriptions.length,
        failure,
      });
    // Several are made at a time.
    const heard = billedAt("/audio/transcriptions").toSorted();
    if (JSON.stringify(written.map(({ units }) => sorted(units)).toSorted()) !== JSON.stringify(heard))
      fail("transcripts are counted otherwise than by their vendor", { session: sessions, heard });
    for (const [at, row] of [...rows, ...written].entries()) {
      const wrong = wrongIn(row, isTranscript(row) ? sorted(row.units) : billed[at]);
      if (wrong === undefined) fullest = Math.max(fullest, Number(((row.cost ?? 0n) * 1_000n) / row.held));
      else
        fail(wrong, {
          session: sessions,
          at,
          model: row.model,
          held: String(row.held),
          cost: String(row.cost),
          counted: sorted(row.units),
          billed: billed[at],
          error: row.errorCode,
        });
    }
    transcripts += written.length;
    responses += wanted;
    sessions += 1;
    if (sessions % 100 === 0) onProgress?.(responses);
  }
  return { responses, sessions, transcripts, failed, fullest };
};
