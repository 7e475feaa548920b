"use client";

import { useQuery, type QueryKey, type UseQueryOptions } from "@tanstack/react-query";
import { useCallback } from "react";
import type { ShownFailure } from "../_ui/failure-notice.tsx";
import { failureOf } from "./failure-of.ts";

/** An answer as a page shows it. */
export interface LiveAnswer<T> {
  /** The last answer to the present question; kept through failures that follow it. */
  readonly data: T | undefined;
  readonly failure: ShownFailure | undefined;
  readonly retry: () => void;
}

/** Asks the gateway; how often is said by the question (`refetchInterval`), and only while the page is visible. */
export const useAnswer = <Found, Problem, T, Key extends QueryKey>(
  question: UseQueryOptions<Found, Problem, T, Key>,
): LiveAnswer<T> => {
  const { data, error, refetch } = useQuery(question);
  // Whoever changed something has had it asked for already: that question is joined.
  const retry = useCallback(() => void refetch({ cancelRefetch: false }), [refetch]);
  return { data, failure: error === null ? undefined : failureOf(error), retry };
};

/** Two answers that are of use together only. */
export const bothOf = <A, B>(one: LiveAnswer<A>, other: LiveAnswer<B>): LiveAnswer<readonly [A, B]> => ({
  data: one.data === undefined || other.data === undefined ? undefined : [one.data, other.data],
  failure: one.failure ?? other.failure,
  retry: () => {
    one.retry();
    other.retry();
  },
});
