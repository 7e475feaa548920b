"use client";

import { useState, type ReactNode } from "react";
import { useAuthAnswer, type AuthAnswerOf } from "../_data/use-auth-answer.ts";
import { Button } from "../_ui/button.tsx";
import { Loaded } from "./security/user/_parts/loaded.tsx";

/** A page of a list of Auth's. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined: this was the last. */
  readonly nextAfter: string | undefined;
}

/** A list of Auth's that is read page by page. */
export interface PagedAnswer<Item> extends AuthAnswerOf<PageOf<Item>> {
  /** Undefined on the first page. */
  readonly back: (() => void) | undefined;
  /** Undefined on the last page. */
  readonly next: (() => void) | undefined;
}

const firstPage: readonly string[] = [];

/** Reads a list page by page; another question begins at its first page. */
export const usePagedAnswer = <Item,>(
  path: string,
  query: Readonly<Record<string, string>>,
  read: (body: unknown) => PageOf<Item>,
): PagedAnswer<Item> => {
  const question = `${path}?${new URLSearchParams(query)}`;
  const [pages, setPages] = useState({ question, starts: firstPage });
  const starts = pages.question === question ? pages.starts : firstPage;
  const after = starts.at(-1);
  const asked = new URLSearchParams({ limit: "25", ...query, ...(after === undefined ? {} : { after }) });
  const answer = useAuthAnswer(`${path}?${asked}`, read);
  const nextAfter = answer.data?.nextAfter;
  const go = (to: readonly string[]) => (): void => setPages({ question, starts: to });
  return {
    ...answer,
    back: starts.length === 0 ? undefined : go(starts.slice(0, -1)),
    next: nextAfter === undefined ? undefined : go([...starts, nextAfter]),
  };
};

interface PagedListProps<Item> {
  readonly answer: PagedAnswer<Item>;
  readonly label: string;
  /** What stands in place of an empty list. */
  readonly empty: string;
  readonly rows?: number;
  readonly children: (item: Item) => ReactNode;
}

/** A list with its pages: until it is there its place, and why it is not. */
export const PagedList = <Item,>({ answer, label, empty, rows = 4, children }: PagedListProps<Item>) => (
  <Loaded answer={answer} label={label} rows={rows}>
    {({ items }) => (
      <>
        {items.length === 0 && <p className="py-3">{empty}</p>}
        <ul aria-label={label}>{items.map(children)}</ul>
        {(answer.back ?? answer.next) && (
          <div className="mt-3 flex justify-between gap-2">
            <Button disabled={answer.back === undefined} onClick={answer.back}>
              Back
            </Button>
            <Button disabled={answer.next === undefined} onClick={answer.next}>
              Next
            </Button>
          </div>
        )}
      </>
    )}
  </Loaded>
);
