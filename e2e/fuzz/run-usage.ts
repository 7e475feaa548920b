import { isDeepStrictEqual } from "node:util";
import type { NativeDialect, ProviderIo } from "../../server/contracts/ai-vendor.ts";
import type { Metered } from "../../server/contracts/vendor-call.ts";
import type { Units } from "../../server/contracts/units.ts";
import type { FuzzRun } from "./main.ts";
import { SeededChoices } from "./seeded-choices.ts";
import { cutStream, spellStream } from "./spell-stream.ts";
import { anthropicUsage, googleUsage, openAiUsage, type TellsUsage, type ReportedUsage } from "./vendor-usage.ts";
import { noDownload } from "../../test/no-download.ts";
import { textVendorOf, type TextVendor } from "../../test/text-vendor.ts";

interface VendorAnswer {
  readonly vendor: string;
  readonly tells: TellsUsage;
  readonly whole: object;
  readonly events: readonly unknown[];
  readonly tail: string | undefined;
}

const unknown = { type: "of_the_future", content: [{ of: 1 }] };

const openAi = (random: SeededChoices, vendor: "openai" | "compatible"): VendorAnswer => {
  const tells = openAiUsage(random, true);
  const { usage } = tells;
  const base = { id: "c", object: "chat.completion", created: 1, model: "m" };
  const stop = { index: 0, finish_reason: "stop" };
  const parts: unknown[] = [
    { ...base, choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }], usage: null },
    { ...base, choices: [{ index: 0, delta: { content: "Left.", later: 1 }, finish_reason: "" }] },
  ];
  const place = random.below(4);
  const last = { ...base, choices: [{ ...stop, delta: {} }] };
  if (place === 0) parts.push(last, { ...base, choices: [], usage });
  else if (place === 1) parts.push({ ...last, choices: [{ ...stop, delta: {}, usage }] });
  else if (place === 2) parts.push({ ...last, x_groq: { usage } });
  else parts.push({ ...last, usage }, { ...base, choices: [], usage: { prompt_tokens: 0, completion_tokens: null } });
  const message = { role: "assistant", content: "Left.", annotations: [unknown] };
  return { vendor, tells, whole: { ...base, choices: [{ ...stop, message }], usage }, events: parts, tail: "[DONE]" };
};

const anthropic = (random: SeededChoices): VendorAnswer => {
  const tells = anthropicUsage(random);
  const { usage } = tells;
  const message = { id: "m", type: "message", role: "assistant", model: "claude" };
  const { output_tokens: output, output_tokens_details: thinking, ...input } = usage;
  const later = random.chance(0.5) ? { input_tokens: 0, cache_read_input_tokens: null } : {};
  const delta = output === undefined ? {} : { output_tokens: output };
  const events = [
    { type: "message_start", message: { ...message, content: [], usage: { ...input, output_tokens: 1 } } },
    ...(random.chance(0.2) ? [unknown] : []),
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Left." } },
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { ...later, ...delta, output_tokens_details: thinking },
    },
    { type: "message_stop" },
  ];
  const whole = { ...message, content: [unknown, { type: "text", text: "Left." }], stop_reason: "end_turn", usage };
  return { vendor: "anthropic", tells, whole, events, tail: undefined };
};

const google = (random: SeededChoices): VendorAnswer => {
  const tells = googleUsage(random);
  const part = (text: string, more: object = {}) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0, ...more }],
    modelVersion: "gemini",
  });
  const whole = { ...part("Left.", { finishReason: "STOP" }), usageMetadata: tells.usage };
  const running = { promptTokenCount: 0, candidatesTokenCount: 0 };
  const events = [
    { ...part("Left."), usageMetadata: running },
    { ...part("", { finishReason: "STOP" }), usageMetadata: tells.usage },
  ];
  return { vendor: "google", tells, whole, events, tail: undefined };
};

/** Nano-USD a token, as in the golden table of the tests. */
const prices = { input: 3_000, cacheRead: 300, output: 15_000, reasoning: 15_000 } as const;

const costOf = (units: Units): number =>
  Object.entries(prices).reduce((sum, [name, price]) => sum + price * (units[name as keyof typeof prices] ?? 0), 0);

/** The least that the numbers told can mean: parts at their prices, and what of their wholes is left. */
const least = ({ input, output, cacheRead = 0, reasoning = 0, cacheBeside }: ReportedUsage): number =>
  costOf({
    input: Math.max((input ?? 0) - (cacheBeside ? 0 : cacheRead), 0),
    cacheRead,
    output: Math.max((output ?? 0) - reasoning, 0),
    reasoning,
  });

const dropped = (units: Units, told: ReportedUsage): string | undefined => {
  const { input = 0, cacheRead = 0, output = 0, reasoning = 0 } = units;
  if (cacheRead < (told.cacheRead ?? 0)) return "cacheRead";
  if (reasoning < (told.reasoning ?? 0)) return "reasoning";
  if (input + (told.cacheBeside ? 0 : cacheRead) < (told.input ?? 0)) return "input";
  if (output + reasoning < (told.output ?? 0)) return "output";
  if (input + cacheRead + output + reasoning < (told.total ?? 0)) return "total";
  return undefined;
};

const judge = ({ tells, vendor }: VendorAnswer, reading: Metered, ends: boolean): string | undefined => {
  const units = reading.units ?? {};
  if (!Object.values(units).every((count) => Number.isSafeInteger(count) && count >= 0)) return "not whole numbers";
  if (!ends) return "no ending";
  const lost = dropped(units, tells.told);
  if (lost !== undefined) return `dropped ${lost}`;
  if (costOf(units) < least(tells.told)) return "booked below what was told";
  if (!tells.honest) return undefined;
  if (!reading.final) return "the truth is not taken for the last word";
  const { input, output, cacheRead, reasoning } = units;
  if (!isDeepStrictEqual({ input, cacheRead, output, reasoning }, tells.truth)) return "another reading than the truth";
  // OpenAI says where its reasoning stands, so the other place is worth a note there.
  return reading.notes !== undefined && vendor !== "openai" ? `noted ${reading.notes.join()}` : undefined;
};

const fakeIo = (chunks: readonly Buffer[], type: string): ProviderIo => ({
  model: "m",
  credential: { apiKey: "sk" },
  baseUrl: "http://vendor",
  send: async () => ({
    status: 200,
    headers: { "content-type": type },
    body: (async function* () {
      yield* chunks;
    })(),
  }),
  download: noDownload,
  signal: new AbortController().signal,
  operationId: "op",
  maxOutputTokens: 100,
});

const dialects: Readonly<Record<string, readonly [NativeDialect, string]>> = {
  openai: ["openai.chat", "/chat/completions"],
  compatible: ["openai.chat", "/chat/completions"],
  anthropic: ["anthropic.messages", "/messages"],
};

const endings = (text: string): number =>
  text.match(/data: ?\[DONE\]|(?:^|[\r\n\uFEFF])event: ?message_stop/g)?.length ?? 0;

/** Reads a stream on its fastest road; the other roads meter with the same tap. */
const readStream = async (ai: TextVendor, { vendor }: VendorAnswer, io: ProviderIo) => {
  const [dialect, path] = dialects[vendor] ?? [];
  const road = dialect === undefined ? undefined : ai.native[dialect]?.stream;
  if (road === undefined || path === undefined) {
    const { chunks, meter } = await ai.streamText({ model: "v/m", prompt: "Which way?" }, io);
    let finishes = 0;
    for await (const part of chunks) if (part.type === "finish" && part.finishReason !== "interrupted") finishes += 1;
    return { meter: meter(), endings: finishes };
  }
  const { chunks, meter } = await road({ path, headers: {}, body: { messages: [] }, includeUsage: true }, io);
  const bytes: Uint8Array[] = [];
  for await (const chunk of chunks) bytes.push(chunk);
  return { meter: meter(), endings: endings(Buffer.concat(bytes).toString()) };
};

const readWhole = async (ai: TextVendor, io: ProviderIo): Promise<Metered> =>
  ai.generateText({ model: "v/m", prompt: "Which way?" }, io);

const once = async (random: SeededChoices): Promise<string | undefined> => {
  const answer = random.pick([
    () => openAi(random, "openai"),
    () => openAi(random, "compatible"),
    () => anthropic(random),
    () => google(random),
  ])();
  const ai = textVendorOf(answer.vendor);
  const say = (what: string | undefined) => what && `${answer.vendor}: ${what}\n${JSON.stringify(answer.tells)}`;
  try {
    const document = Buffer.from(JSON.stringify(answer.whole));
    // The translated road costs the most time, and its library is not what is examined here.
    if (random.chance(0.1)) {
      const whole = await readWhole(ai, fakeIo([document], "application/json"));
      const fault = judge(answer, whole, true);
      if (fault !== undefined) return say(`whole: ${fault}`);
    }
    const asDocument = random.chance(0.1);
    const bytes = asDocument ? document : spellStream(random, answer.events, answer.tail);
    const first = await readStream(ai, answer, fakeIo(cutStream(random, bytes), "text/event-stream"));
    const fault = judge(answer, first.meter, first.meter.complete && first.endings === 1);
    if (fault !== undefined) return say(`${asDocument ? "document" : "stream"}: ${fault} (${first.endings} endings)`);
    const second = await readStream(ai, answer, fakeIo(cutStream(random, bytes), "text/event-stream"));
    return isDeepStrictEqual(first, second) ? undefined : say("another reading when cut otherwise");
  } catch (error) {
    return say(`threw ${String(error)}`);
  }
};

/**
 * Vendor answers in every dialect, spelling and degree of falsehood: no plausible number is dropped, none is booked below
 * what was told, the truth is found where it is told, and each stream has one ending however it is cut.
 */
export const runUsage = async ({ seed, count = 100_000, print }: FuzzRun): Promise<boolean> => {
  const begun = performance.now();
  print({ target: "usage", seed, count });
  for (let turn = 0; turn < count; turn += 1) {
    const fault = await once(new SeededChoices(seed + turn));
    if (fault === undefined) continue;
    print({ fault, turn, repeat: `npm run fuzz -- usage --seed ${seed + turn} --count 1` });
    return false;
  }
  print({ answers: count, seconds: Math.round(performance.now() - begun) / 1_000, dropped: 0, held: true });
  return true;
};
