import { expectTypeOf } from "vitest";
import { z } from "zod";
import type {
  GenerateTextInput,
  GenerateTextOutput,
  NexusClient,
  NexusClientError,
  NexusOutputs,
  StreamPart,
} from "./src/index.ts";
import { generateObject } from "./src/index.ts";

type Verb<K extends keyof NexusClient["ai"]> = NexusClient["ai"][K];
type Input<F extends (...args: never[]) => unknown> = Parameters<F>[0];

expectTypeOf<Input<Verb<"generateText">["mutate"]>>().toEqualTypeOf<GenerateTextInput>();
expectTypeOf<Awaited<ReturnType<Verb<"generateText">["mutate"]>>>().toEqualTypeOf<GenerateTextOutput>();
expectTypeOf<GenerateTextInput["model"]>().toEqualTypeOf<string>();
expectTypeOf<GenerateTextInput>().not.toHaveProperty("organizationId");
expectTypeOf<GenerateTextOutput["text"]>().toEqualTypeOf<string>();
expectTypeOf<GenerateTextOutput["nexus"]["costNanoUsd"]>().toEqualTypeOf<string>();
expectTypeOf<GenerateTextOutput["usage"]["inputTokens"]>().toEqualTypeOf<number | null>();

expectTypeOf<Awaited<ReturnType<Verb<"generateImage">["mutate"]>>["images"][number]["data"]>().toEqualTypeOf<string>();
expectTypeOf<Awaited<ReturnType<Verb<"transcribe">["mutate"]>>["text"]>().toEqualTypeOf<string>();
expectTypeOf<Awaited<ReturnType<Verb<"rerank">["mutate"]>>["ranking"][number]["index"]>().toEqualTypeOf<number>();
expectTypeOf<Awaited<ReturnType<Verb<"moderate">["mutate"]>>["scores"]>().toEqualTypeOf<Record<string, number>>();

const rivers = z.object({ rivers: z.array(z.object({ name: z.string(), km: z.int().optional() })) });
const asksForRivers = (nexus: NexusClient) =>
  generateObject(nexus, { model: "openai/gpt-4o-mini", prompt: "Name rivers.", schema: rivers });
expectTypeOf<Awaited<ReturnType<typeof asksForRivers>>["object"]>().toEqualTypeOf<z.output<typeof rivers>>();

expectTypeOf<Extract<StreamPart, { type: "text-delta" }>["delta"]>().toEqualTypeOf<string>();
expectTypeOf<Extract<StreamPart, { type: "finish" }>["nexus"]>().toEqualTypeOf<GenerateTextOutput["nexus"]>();
expectTypeOf<Awaited<ReturnType<Verb<"streamText">["mutate"]>>>().toExtend<AsyncIterable<StreamPart>>();

expectTypeOf<NexusOutputs["keys"]["list"]["keys"][number]>().not.toHaveProperty("secret");
expectTypeOf<NexusClientError["effect"]>().toEqualTypeOf<"none" | "done" | "unknown">();
expectTypeOf<"BUDGET_EXCEEDED">().toExtend<NexusClientError["code"]>();
expectTypeOf<"NO_SUCH_CODE">().not.toExtend<NexusClientError["code"]>();
