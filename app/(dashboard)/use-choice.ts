"use client";

import { createParser, useQueryState, useQueryStates, type SingleParserBuilder } from "nuqs";

/** How one choice stands in the address; what cannot be meant counts as no choice. */
export type ChoiceParser = SingleParserBuilder<string>;

/** What a person chose of a list, as it stands in the address. */
export type Choice<Name extends string> = { readonly [K in Name]?: string };

const longest = 256;

/** A text of a person's. */
export const anyText: ChoiceParser = createParser({
  parse: (text) => text.trim().slice(0, longest) || null,
  serialize: (text) => text,
});

/** One of some words. */
export const oneOf = (words: readonly string[]): ChoiceParser =>
  createParser({ parse: (text) => (words.includes(text) ? text : null), serialize: (text) => text });

/** A day of the calendar, as in 2026-11-29. */
export const calendarDay: ChoiceParser = createParser({
  parse: (text) => (/^20\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null),
  serialize: (text) => text,
});

const cursor = anyText.withOptions({ history: "push" });

const chosenOf = <Name extends string>(found: Readonly<Record<Name, string | null>>, names: readonly Name[]) => {
  const chosen: { [K in Name]?: string } = {};
  for (const name of names) if (found[name] !== null) chosen[name] = found[name];
  return chosen;
};

/** Filter and page of a list, kept in the address. Another filter begins at the newest page. */
export const useChoice = <Name extends string>(parsers: Readonly<Record<Name, ChoiceParser>>) => {
  const [found, setFound] = useQueryStates(parsers);
  const [before, setBefore] = useQueryState("before", cursor);
  const names = Object.keys(parsers).filter((name): name is Name => name in parsers);

  return {
    choice: chosenOf<Name>(found, names),
    before: before ?? undefined,
    choose: (choice: Choice<Name>): void => {
      void setBefore(null, { history: "replace" });
      void setFound((old) => ({
        ...old,
        ...Object.fromEntries(names.map((name) => [name, choice[name] ? choice[name] : null])),
      }));
    },
    older: (from: string): void => void setBefore(from),
    newest: (): void => void setBefore(null),
  };
};
