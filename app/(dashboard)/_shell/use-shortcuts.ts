"use client";

import { useEffect, useEffectEvent } from "react";

const sequenceMs = 1_500;

/** Where keys are text, or belong to what lies over the page. */
const isTaken = (target: EventTarget | null): boolean =>
  (target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=menu]") !== null)) ||
  document.querySelector("[role=dialog][data-open], [role=alertdialog][data-open]") !== null;

interface Shortcuts {
  readonly onPalette: () => void;
  readonly onList: () => void;
  /** A letter after g. False: it leads nowhere. */
  readonly onGo: (letter: string) => boolean;
}

/** The page's own search, where it has one. */
const focusSearch = (): boolean => {
  const field = document.querySelector<HTMLInputElement>("main search input, main input[type=search]");
  field?.focus();
  field?.select();
  return field !== null;
};

/** Keys that work on every page, outside of fields. */
export const useShortcuts = ({ onPalette, onList, onGo }: Shortcuts): void => {
  const act = useEffectEvent((event: KeyboardEvent, goes: boolean): boolean => {
    const key = event.key.toLowerCase();
    if (event.metaKey || event.ctrlKey) {
      if (key !== "k" || event.altKey || event.shiftKey) return false;
      onPalette();
      return true;
    }
    if (event.altKey) return false;
    if (goes) return onGo(key);
    if (event.key === "?") onList();
    else if (event.key !== "/") return false;
    else if (!focusSearch()) onPalette();
    return true;
  });

  useEffect(() => {
    let goesSince = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || isTaken(event.target)) return;
      const goes = event.timeStamp - goesSince < sequenceMs;
      goesSince =
        event.key === "g" && !event.metaKey && !event.ctrlKey && !event.altKey && !goes
          ? event.timeStamp
          : Number.NEGATIVE_INFINITY;
      if (act(event, goes)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
};
