import { liesUnder, pageGroupsFor } from "./listed-pages.ts";
import type { AuthSession } from "@topolo/auth-client";

/** One line of the palette. */
export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  /** Beside it: where it lies, or what it is called by programs. */
  readonly detail: string;
  readonly href: string;
}

export interface PaletteGroup {
  readonly value: string;
  readonly items: readonly PaletteEntry[];
}

/** The pages, and those that lie side by side under them. */
export const pageEntries = (session: AuthSession | undefined): readonly PaletteEntry[] => [
  ...pageGroupsFor(session).flatMap(({ label: group, pages }) =>
    pages.flatMap(({ href, label, parts = [] }) => [
      { id: href, label, detail: group, href },
      ...parts
        .filter((part) => part.href !== href && liesUnder(part.href, href))
        .map((part) => ({ id: part.href, label: part.label, detail: label, href: part.href })),
    ]),
  ),
  { id: "/security/user", label: "Account and security", detail: "You", href: "/security/user" },
];

const operationId = /^(?:[a-z]{3}_)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** The call that was named by its whole id. */
export const callEntries = (typed: string): readonly PaletteEntry[] => {
  const id = operationId.exec(typed.trim())?.[1]?.toLowerCase();
  return id === undefined ? [] : [{ id, label: "Open this call", detail: id, href: `/calls?call=${id}` }];
};

const mostOfGroup = 8;

/** What has every typed word in it; of each group the first few. */
export const matchingGroups = (groups: readonly PaletteGroup[], typed: string): readonly PaletteGroup[] => {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map(({ value, items }) => ({
      value,
      items: items
        .filter(({ label, detail }) => {
          const text = `${label} ${detail}`.toLowerCase();
          return words.every((word) => text.includes(word));
        })
        .slice(0, words.length === 0 && value === "Pages" ? undefined : mostOfGroup),
    }))
    .filter(({ items }) => items.length > 0);
};
