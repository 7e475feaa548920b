"use client";

import { useQueryClient } from "@tanstack/react-query";
import { NexusClientError, type NexusInputs } from "@topolo/nexus-client";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useEffect, useRef, useState } from "react";
import type { TextPart } from "../../_data/answers.ts";

export type FinishPart = Extract<TextPart, { type: "finish" }>;
type ToolCall = Pick<Extract<TextPart, { type: "tool-call" }>, "toolCallId" | "toolName" | "input">;

type Source = Extract<TextPart, { type: "source" }>;

/** An answer as far as it has come. */
export interface StreamedText {
  readonly state: "streaming" | "finished" | "stopped" | "failed";
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly sources: readonly Source[];
  readonly warnings: readonly string[];
  readonly operationId?: string;
  readonly finish?: FinishPart;
  readonly error?: NexusClientError;
}

const nothingYet: StreamedText = {
  state: "streaming",
  text: "",
  reasoning: "",
  toolCalls: [],
  sources: [],
  warnings: [],
};

/** The answer with one part more. */
export const withPart = (answer: StreamedText, part: TextPart): StreamedText => {
  switch (part.type) {
    case "stream-start":
      return {
        ...answer,
        operationId: part.operationId,
        warnings: part.warnings.map(({ type, setting, details }) => details ?? `${type}: ${setting ?? ""}`),
      };
    case "text-delta":
      return { ...answer, text: answer.text + part.delta };
    case "reasoning-delta":
      return { ...answer, reasoning: answer.reasoning + part.delta };
    case "tool-call":
      return { ...answer, toolCalls: [...answer.toolCalls, part] };
    case "source":
      return { ...answer, sources: [...answer.sources, part] };
    case "finish":
      return { ...answer, state: "finished", finish: part };
    case "error":
      return {
        ...answer,
        state: "failed",
        error: NexusClientError.ofTold(part.error),
      };
    default:
      return answer;
  }
};

/** Streams an answer into the page; it can be stopped, and stops when the page is left. */
export const useTextStream = () => {
  const nexus = useNexusClient();
  const queryClient = useQueryClient();
  const [answer, setAnswer] = useState<StreamedText>();
  const running = useRef<AbortController>(undefined);

  useEffect(() => () => running.current?.abort(), []);

  const run = async (input: NexusInputs["ai"]["streamText"]): Promise<void> => {
    const controller = new AbortController();
    running.current?.abort();
    running.current = controller;
    let latest = nothingYet;
    const show = (next: StreamedText): void => {
      latest = next;
      if (running.current === controller) setAnswer(next);
    };
    show(nothingYet);
    try {
      for await (const part of await nexus.ai.streamText.mutate(input, { signal: controller.signal }))
        show(withPart(latest, part));
    } catch (error) {
      if (!NexusClientError.is(error)) throw error;
      show(controller.signal.aborted ? { ...latest, state: "stopped" } : { ...latest, state: "failed", error });
    }
    if (controller.signal.aborted && latest.state === "streaming") show({ ...latest, state: "stopped" });
    void queryClient.invalidateQueries();
  };
  return { answer, run, stop: () => running.current?.abort() };
};
