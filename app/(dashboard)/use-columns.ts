"use client";

import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useKept } from "../_ui/use-kept.ts";

const widths = { sm: "40rem", md: "48rem", lg: "64rem", xl: "80rem", "2xl": "96rem" } as const;

/** From which width of the page on something has room. */
export type Width = keyof typeof widths;

const names = ["sm", "md", "lg", "xl", "2xl"] as const satisfies readonly Width[];
const queryOf = (width: Width): MediaQueryList => matchMedia(`(width >= ${widths[width]})`);

const subscribe = (notice: () => void): (() => void) => {
  const queries = names.map(queryOf);
  for (const query of queries) query.addEventListener("change", notice);
  return () => {
    for (const query of queries) query.removeEventListener("change", notice);
  };
};

const roomNow = (): string => names.filter((width) => queryOf(width).matches).join(" ");

/** A column that people may show and hide. */
export interface ChoosableColumn {
  readonly id: string;
  /** Hidden on narrower pages unless somebody wants it; `never`: on all of them. */
  readonly from?: Width | "never" | undefined;
  /** It says what the row is: it stays. */
  readonly always?: boolean | undefined;
}

type Kept = Readonly<Record<string, boolean>>;

const isKept = (value: unknown): value is Kept =>
  typeof value === "object" && value !== null && Object.values(value).every((shown) => typeof shown === "boolean");

const readKept = (text: string | null): Kept => {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isKept(value) ? value : {};
  } catch {
    return {};
  }
};

/** Which columns of a list are shown: by the width of the page, and by what was chosen in this browser. */
export const useColumns = (list: string, columns: readonly ChoosableColumn[]) => {
  const [text, keep] = useKept(`columns.${list}`);
  const room = useSyncExternalStore(subscribe, roomNow, () => "");
  const kept = useMemo(() => readKept(text), [text]);
  const shown = useMemo(() => {
    const wide = room.split(" ");
    return Object.fromEntries(
      columns.map(({ id, from, always }) => [
        id,
        always === true || (kept[id] ?? (from === undefined || wide.includes(from))),
      ]),
    );
  }, [columns, kept, room]);
  return {
    shown,
    show: useCallback((id: string, isShown: boolean) => keep(JSON.stringify({ ...kept, [id]: isShown })), [keep, kept]),
    reset: Object.keys(kept).length === 0 ? undefined : () => keep(null),
  };
};
