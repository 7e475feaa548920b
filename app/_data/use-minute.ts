"use client";

import { useSyncExternalStore } from "react";

const minuteMs = 60_000;

const subscribe = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, minuteMs);
  return () => clearInterval(timer);
};

const thisMinute = (): number => Math.floor(Date.now() / minuteMs) * minuteMs;

/** The present minute, so that a question about "the last hour" is the same one until the next minute. */
export const useMinute = (): Date => new Date(useSyncExternalStore(subscribe, thisMinute, thisMinute));
