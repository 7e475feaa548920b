import { describe, expect, it } from "vitest";
import type { UsageNote } from "../../../contracts/vendor-call.ts";
import type { Units } from "../../../contracts/units.ts";
import { openAiChatReader, openAiEmbeddingReader } from "./openai-reader.ts";
import type { Reader } from "../../_wire/reader.ts";

const readAll = (reader: Reader, documents: readonly unknown[]) => {
  for (const document of documents) reader.read(document);
  return reader.reading(undefined);
};

const ended = [{ message: { content: "a" }, finish_reason: "stop" }];
const chat = (usage: object, options?: Parameters<typeof openAiChatReader>[0]) =>
  readAll(openAiChatReader(options), [{ usage, choices: ended }]);
const reasoning = (tokens: number) => ({ completion_tokens_details: { reasoning_tokens: tokens } });
const cached = (tokens: number) => ({ prompt_tokens_details: { cached_tokens: tokens } });

describe("where reasoning stands", () => {
  const vendors = [{}, { reasoningPlace: "inside" as const }, { reasoningPlace: "beside" as const }];

  it.each(vendors)("the total tells, of %j too", (vendor) => {
    const first = { prompt_tokens: 279, completion_tokens: 6, total_tokens: 374, ...cached(149), ...reasoning(89) };
    expect(chat(first, vendor)).toMatchObject({
      units: { input: 130, cacheRead: 149, output: 6, reasoning: 89 },
      final: true,
    });
    const second = { prompt_tokens: 10_120, completion_tokens: 1_499, total_tokens: 12_428, ...reasoning(809) };
    expect(chat(second, vendor).units).toEqual({ input: 10_120, output: 1_499, reasoning: 809 });
  });

  it("is inside where the total says so or says nothing", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 50, ...reasoning(30) };
    for (const total of [{ total_tokens: 60 }, {}]) {
      const reading = chat({ ...usage, ...total });
      expect(reading.units).toEqual({ input: 10, output: 20, reasoning: 30 });
      expect(reading.notes).toBeUndefined();
    }
  });

  it("thinking that only the total has is output", () => {
    const reading = chat({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 });
    expect(reading).toMatchObject({ units: { input: 10, output: 105 }, final: true, notes: ["inconsistent_usage"] });
  });
});

interface Odd {
  readonly name: string;
  readonly usage: object;
  readonly units: Units | null;
  readonly final: boolean;
  readonly notes: readonly UsageNote[];
}

const odd: readonly Odd[] = [
  {
    name: "more cached than asked: each number kept, the dearer reading",
    usage: { prompt_tokens: 100, completion_tokens: 5, ...cached(149) },
    units: { input: 100, cacheRead: 149, output: 5 },
    final: true,
    notes: ["inconsistent_usage"],
  },
  {
    name: "a cache beside the prompt, as the total shows",
    usage: { prompt_tokens: 2_000, completion_tokens: 5, total_tokens: 3_005, ...cached(1_000) },
    units: { input: 2_000, cacheRead: 1_000, output: 5 },
    final: true,
    notes: ["inconsistent_usage"],
  },
  {
    name: "a total below its parts",
    usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 20 },
    units: { input: 100, output: 50 },
    final: true,
    notes: ["inconsistent_usage"],
  },
  {
    name: "a completion that the total makes known",
    usage: { prompt_tokens: 100, total_tokens: 150, ...reasoning(30) },
    units: { input: 100, output: 20, reasoning: 30 },
    final: true,
    notes: ["incomplete_usage"],
  },
  {
    name: "a prompt that the total makes known",
    usage: { completion_tokens: 50, total_tokens: 150, ...cached(40) },
    units: { input: 60, cacheRead: 40, output: 50 },
    final: true,
    notes: ["incomplete_usage"],
  },
  {
    name: "a total alone is taken at its dearer side",
    usage: { total_tokens: 150 },
    units: { input: 0, output: 150 },
    final: true,
    notes: ["incomplete_usage"],
  },
  {
    name: "one side alone is kept, and no bill yet",
    usage: { prompt_tokens: 100, ...cached(40) },
    units: { input: 60, cacheRead: 40 },
    final: false,
    notes: ["incomplete_usage"],
  },
  {
    name: "details without totals",
    usage: { ...cached(40), ...reasoning(30) },
    units: { cacheRead: 40, reasoning: 30 },
    final: false,
    notes: ["incomplete_usage"],
  },
  { name: "nothing", usage: {}, units: null, final: false, notes: ["incomplete_usage"] },
  {
    name: "nulls",
    usage: { prompt_tokens: null, completion_tokens: null, total_tokens: null },
    units: null,
    final: false,
    notes: ["incomplete_usage"],
  },
  {
    name: "zeros",
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    units: { input: 0, output: 0 },
    final: true,
    notes: [],
  },
  {
    name: "numbers as text",
    usage: { prompt_tokens: "12", completion_tokens: "5.0" },
    units: { input: 12, output: 5 },
    final: true,
    notes: [],
  },
];

describe("inconsistent usage is read at its most plausible", () => {
  it.each(odd)("$name", ({ usage, units, final, notes }) => {
    const reading = chat(usage);
    expect(reading.units).toEqual(units);
    expect(reading.final).toBe(final);
    expect(reading.notes ?? []).toEqual(notes);
    expect(reading.rawUsage).toEqual(usage);
  });

  it.each([-1, 1.5, 1e15, Number.POSITIVE_INFINITY, Number.NaN, "many", [], {}, true])(
    "%j is no count, and takes no other with it",
    (nonsense) => {
      expect(chat({ prompt_tokens: nonsense, completion_tokens: 5 })).toMatchObject({
        units: { output: 5 },
        final: false,
        notes: ["unusable_count", "incomplete_usage"],
      });
      expect(chat({ prompt_tokens: 10, completion_tokens: 5, ...cached(nonsense as number) })).toMatchObject({
        units: { input: 10, output: 5 },
        final: true,
        notes: ["unusable_count"],
      });
    },
  );
});

describe("places where servers put usage", () => {
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
  it.each([
    [
      "Moonshot's choice",
      [{ choices: [{ delta: {}, finish_reason: "stop", usage: { ...usage, cached_tokens: 60 } }] }],
    ],
    ["beside the totals", [{ choices: ended, usage: { ...usage, cached_tokens: 60 } }]],
    ["DeepSeek", [{ choices: ended, usage: { ...usage, prompt_cache_hit_tokens: 60, prompt_cache_miss_tokens: 40 } }]],
    [
      "DeepSeek without its prompt",
      [{ choices: ended, usage: { completion_tokens: 20, prompt_cache_hit_tokens: 60, prompt_cache_miss_tokens: 40 } }],
    ],
    ["vLLM's older name", [{ choices: ended, usage: { ...usage, num_cached_tokens: 60 } }]],
    ["a proxy with Anthropic's name", [{ choices: ended, usage: { ...usage, cache_read_input_tokens: 60 } }]],
    [
      "Groq",
      [{ choices: [{ delta: {}, finish_reason: "stop" }], x_groq: { id: "r", usage: { ...usage, ...cached(60) } } }],
    ],
    [
      "before the ending",
      [{ choices: [], usage: { ...usage, ...cached(60) } }, { choices: [{ finish_reason: "stop" }] }],
    ],
    [
      "counted along, with nulls and zeros after",
      [
        { choices: [{ delta: { content: "a" } }], usage: { prompt_tokens: 100, completion_tokens: 1 } },
        { choices: [{ delta: {}, finish_reason: "stop" }], usage: { ...usage, ...cached(60) } },
        { choices: [], usage: { prompt_tokens: 0, completion_tokens: null, prompt_tokens_details: null } },
      ],
    ],
  ])("%s", (_name, documents) => {
    expect(readAll(openAiChatReader(), documents)).toMatchObject({
      units: { input: 40, cacheRead: 60, output: 20 },
      final: true,
    });
  });

  it("counted along with several answers: the count is the bill once all of them have ended", () => {
    const reader = openAiChatReader({ choices: 3 });
    for (const index of [0, 1, 0, 2]) {
      reader.read({ choices: [{ index, delta: {}, finish_reason: index === 1 ? null : "stop" }], usage });
      expect(reader.reading(undefined)).toMatchObject({ final: false, complete: false });
    }
    reader.read({ choices: [{ index: 1, delta: {}, finish_reason: "length" }], usage });
    expect(reader.reading(undefined)).toMatchObject({ final: true, complete: true });
  });

  it("the call of an old function is delivered", () => {
    const message = { content: null, function_call: { name: "find", arguments: '{"a":1}' } };
    expect(readAll(openAiChatReader(), [{ choices: [{ index: 0, message }] }]).deliveredBytes).toBe(11);
  });

  it("image tokens have a class of their own", () => {
    const { units } = chat({ ...usage, completion_tokens_details: { image_tokens: 15 } });
    expect(units).toEqual({ input: 100, output: 5, outputImage: 15 });
  });

  it("an embedding's total is its input", () => {
    for (const told of [{ prompt_tokens: 7, total_tokens: 7 }, { total_tokens: 7 }])
      expect(readAll(openAiEmbeddingReader(), [{ data: [], usage: told }])).toMatchObject({
        units: { input: 7 },
        final: true,
      });
  });
});

describe("OpenRouter's charge", () => {
  it.each([
    [{ cost: 0.0123 }, 12_300_000n],
    [{ cost: "0.0000000005" }, 1n],
    [{ cost: 4e-10 }, 0n],
    [{ cost: 1.5e-7 }, 150n],
    [{ cost: 0 }, 0n],
    [{ cost: 0.95, cost_details: { upstream_inference_cost: 19 } }, 19_950_000_000n],
    [{ cost: 0.95, is_byok: true, cost_details: { upstream_inference_cost: 0.95 } }, 1_900_000_000n],
    [{ cost: 0.95, is_byok: false, cost_details: { upstream_inference_cost: 0.9 } }, 950_000_000n],
  ])("%j", (told, nanos) => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, ...told };
    expect(chat(usage, { tellsCost: true })).toMatchObject({ vendorCostNanos: nanos });
  });

  it.each([-1, Number.NaN, 1e12, "free", {}])("%j is none, and is noted", (cost) => {
    const reading = chat({ prompt_tokens: 10, completion_tokens: 5, cost }, { tellsCost: true });
    expect(reading.vendorCostNanos).toBeUndefined();
    expect(reading.notes).toEqual(["unusable_cost"]);
  });
});

it("empty words say nothing: neither an ending, nor a model or an id", () => {
  const openAi = readAll(openAiChatReader(), [
    { id: "", model: "", choices: [{ delta: { content: "a" }, finish_reason: "" }], usage: { prompt_tokens: 1 } },
  ]);
  expect(openAi).toMatchObject({
    complete: false,
    final: false,
    responseModel: undefined,
    vendorRequestId: undefined,
  });
});
