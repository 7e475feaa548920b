"use client";

import { useCallback, useSyncExternalStore } from "react";

const changed = "nexus-kept";

const subscribe = (notice: () => void): (() => void) => {
  addEventListener("storage", notice);
  addEventListener(changed, notice);
  return () => {
    removeEventListener("storage", notice);
    removeEventListener(changed, notice);
  };
};

const nothing = (): null => null;

const readFrom = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    // Where a browser keeps nothing for us, the choice lasts as long as nobody makes another.
    return null;
  }
};

/** A choice that this browser keeps for its person, the same in all its tabs; null: none was made. */
export const useKept = (name: string): readonly [string | null, (value: string | null) => void] => {
  const key = `nexus.${name}`;
  const value = useSyncExternalStore(
    subscribe,
    useCallback(() => readFrom(key), [key]),
    nothing,
  );
  const keep = useCallback(
    (next: string | null) => {
      try {
        if (next === null) localStorage.removeItem(key);
        else localStorage.setItem(key, next);
      } catch {
        return;
      }
      dispatchEvent(new Event(changed));
    },
    [key],
  );
  return [value, keep];
};
