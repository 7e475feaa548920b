import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "./router.ts";

/** Inputs by router and verb, for example `NexusInputs["ai"]["generateText"]`. */
export type NexusInputs = inferRouterInputs<AppRouter>;

/** Answers by router and verb. */
export type NexusOutputs = inferRouterOutputs<AppRouter>;

export type GenerateTextInput = NexusInputs["ai"]["generateText"];
export type GenerateTextOutput = NexusOutputs["ai"]["generateText"];
export type GenerateObjectInput = NexusInputs["ai"]["generateObject"];
export type GenerateObjectOutput = NexusOutputs["ai"]["generateObject"];
export type EmbedInput = NexusInputs["ai"]["embed"];
export type EmbedOutput = NexusOutputs["ai"]["embed"];

type Parts<T> = T extends AsyncIterable<infer Part> ? Part : never;

/** One part of a streamed answer; `finish` is last, or `error`. */
export type StreamPart = Parts<NexusOutputs["ai"]["streamText"]>;

/** What the answer of a model says about itself. */
export type NexusFacts = GenerateTextOutput["nexus"];
