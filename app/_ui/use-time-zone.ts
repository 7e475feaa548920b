"use client";

import { useKept } from "./use-kept.ts";

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format() !== "";
  } catch {
    return false;
  }
};

/** The zone of the computer or phone. */
export const deviceZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * The time zone in which days begin and times are told, on every page: that of the device unless its person has chosen
 * another in this browser.
 */
export const useTimeZone = (): readonly [string, (zone: string | null) => void] => {
  const [kept, keep] = useKept("time-zone");
  return [kept !== null && isZone(kept) ? kept : deviceZone(), keep];
};
