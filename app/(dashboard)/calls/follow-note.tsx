"use client";

import { useIsFetching, useQueryClient, type QueryKey } from "@tanstack/react-query";
import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { Pause, Play } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { OperationAnswer } from "../../_data/answers.ts";
import { Button } from "../../_ui/button.tsx";
import type { FollowState } from "./follow-calls.ts";
import { latestOf, mergeCalls } from "./merge-calls.ts";
import { useFollow } from "./use-follow.ts";

const mostWaiting = 200;

const words: Readonly<Record<FollowState, string>> = {
  beginning: "Connecting…",
  following: "Follows what comes in",
  behind: "More comes in than can be shown one by one: looks every 5 seconds",
  reconnecting: "Reconnecting; looks every 5 seconds meanwhile",
  asking: "Cannot follow at the moment: looks every 5 seconds",
};

const pausedWords = (count: number): string => {
  if (count === 0) return "Paused";
  return `Paused, ${count}${count >= mostWaiting ? " or more" : ""} new or changed`;
};

interface FollowNoteProps {
  readonly filters: NonNullable<NexusInputs["operations"]["follow"]>;
  /** The newest page of the list, and how long it is. */
  readonly list: { readonly queryKey: QueryKey; readonly size: number };
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
  /** Whether what comes in is told; where it is not, somebody has to ask. */
  readonly onTelling: (isTold: boolean) => void;
}

/** Brings what comes in into the list, says how, and pauses it. */
export const FollowNote = ({ filters, list, isPaused, onPause, onTelling }: FollowNoteProps) => {
  const queryClient = useQueryClient();
  const { queryKey, size } = list;
  const isAsked = useIsFetching({ queryKey, exact: true }) > 0;
  const waiting = useRef<readonly OperationAnswer[]>([]);
  const [count, setCount] = useState(0);
  const askAgain = (): void => void queryClient.invalidateQueries({ queryKey, exact: true });
  const takeUp = (): void => {
    const calls = waiting.current;
    if (calls.length === 0) return;
    waiting.current = [];
    queryClient.setQueryData<NexusOutputs["operations"]["list"]>(
      queryKey,
      (page) => page && mergeCalls(page, calls, size),
    );
  };
  const state = useFollow({
    filters,
    onGap: () => {
      if (!isPaused) askAgain();
    },
    onTold: (calls) => {
      waiting.current = latestOf([...waiting.current, ...calls]).slice(-mostWaiting);
      if (isPaused) setCount(waiting.current.length);
      // An answer that is under way may have been read before what was told: it comes first.
      else if (queryClient.isFetching({ queryKey, exact: true }) === 0) takeUp();
    },
  });
  const isTold = state === "following";
  const tell = useEffectEvent(onTelling);
  useEffect(() => {
    tell(isTold);
    return () => tell(false);
  }, [isTold]);
  const goOn = useEffectEvent(takeUp);
  useEffect(() => {
    if (!isPaused && !isAsked) goOn();
  }, [isAsked, isPaused]);
  return (
    <span className="flex items-center gap-3 text-sm text-muted">
      <span aria-live="polite">{isPaused ? pausedWords(count) : words[state]}</span>
      <Button
        look="quiet"
        onClick={() => {
          onPause(!isPaused);
          setCount(0);
          if (isPaused) askAgain();
        }}
      >
        {isPaused ? <Play aria-hidden="true" className="size-4" /> : <Pause aria-hidden="true" className="size-4" />}
        {isPaused ? "Go on" : "Pause"}
      </Button>
    </span>
  );
};
