"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { FoundText } from "./found-text.tsx";
import { usePlaces, type Place } from "./use-places.ts";

const step: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** The arrows go from the field to the places found and back. */
const moveFocus = (event: KeyboardEvent<HTMLDialogElement>): void => {
  const by = step[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, a")];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  stops[(at + by + stops.length) % stops.length]?.focus();
};

const kinds: Readonly<Record<Place["type"], string>> = {
  page: "font-semibold",
  heading: "pl-6 font-medium",
  text: "pl-6 text-muted",
};

/** Looks through all pages while somebody types. */
export const SearchDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const router = useRouter();
  const [query, setQuery] = useState("");
  const { places, state } = usePlaces(query);

  useEffect(() => dialog.current?.showModal(), []);

  const close = (): void => dialog.current?.close();

  const goToFirst = (): void => {
    const [first] = places;
    if (first === undefined) return;
    close();
    router.push(first.url);
  };

  return (
    // The keys are those of the field and the links in it.
    <dialog
      ref={dialog}
      onClose={onClose}
      onKeyDown={moveFocus}
      aria-label="Search the documentation"
      className="mx-auto mt-[max(1rem,8dvh)] w-[min(40rem,calc(100vw-2rem))] rounded-xl border border-line bg-surface p-0 text-ink shadow-float backdrop:bg-backdrop"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          goToFirst();
        }}
        className="flex items-center border-b border-line pr-2"
      >
        <input
          type="search"
          aria-label="Search the documentation"
          placeholder="What are you looking for?"
          maxLength={100}
          value={query}
          onChange={({ currentTarget }) => setQuery(currentTarget.value)}
          className="min-w-0 flex-1 bg-transparent px-4 py-3.5 outline-none"
        />
        <button type="button" onClick={close} className="rounded-md px-2.5 py-1.5 text-sm text-muted hover:text-ink">
          Close
        </button>
      </form>
      {places.length > 0 && (
        <ul className="max-h-[60dvh] overflow-y-auto p-2">
          {places.map(({ id, url, type, content }) => (
            <li key={id}>
              <Link
                href={url}
                prefetch={false}
                onClick={close}
                className={`block rounded-md px-3 py-2 text-sm break-words hover:bg-raised focus:bg-accent-soft ${kinds[type]}`}
              >
                <FoundText content={content} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      <output className="block px-4 py-3 text-sm text-muted empty:hidden">{state}</output>
    </dialog>
  );
};
