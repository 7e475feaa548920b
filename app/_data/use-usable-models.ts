"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import type { UsableModel } from "./answers.ts";
import { useAnswer, type LiveAnswer } from "./use-answer.ts";

const staleMs = 300_000;

const usable = ({ models }: { readonly models: readonly UsableModel[] }): readonly UsableModel[] =>
  models.filter(({ credentialTier }) => credentialTier !== null);

/** The models that the reader may call and somebody's credential pays for. */
export const useUsableModels = (): LiveAnswer<readonly UsableModel[]> =>
  useAnswer(useNexus().ai.models.queryOptions({}, { select: usable, staleTime: staleMs }));

/** What most try first, where it can be used; without it the first that does the same. */
const triedFirst: readonly RegExp[] = [
  /^openai\/gpt-4o-mini$/,
  /^anthropic\/claude-sonnet-4-5$/,
  /^google\/gemini-2\.5-flash$/,
  /^openai\/text-embedding-3-small$/,
  /^openai\/gpt-image-1\.5$/,
  /^openai\/gpt-4o-mini-tts$/,
  /^openai\/whisper-1$/,
  /^cohere\/rerank-v4\.0-fast$/,
  /^openai\/omni-moderation-latest$/,
];

/** A model to begin with, among those that can do something. */
export const firstModel = (
  models: readonly UsableModel[],
  operation: string,
  vendor?: string,
): UsableModel | undefined => {
  const able = models.filter(
    (model) => model.operations.includes(operation) && (vendor === undefined || model.vendor === vendor),
  );
  for (const pattern of triedFirst) {
    const found = able.find(({ id }) => pattern.test(id));
    if (found) return found;
  }
  return able[0];
};
