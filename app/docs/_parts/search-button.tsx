"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

const SearchDialog = dynamic(async () => (await import("./search-dialog.tsx")).SearchDialog, { ssr: false });

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const asksToSearch = (event: KeyboardEvent): boolean =>
  (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) ||
  (event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey && !isTyping(event.target));

/** Opens the search: by a click, with ⌘K or Ctrl K, or with a slash. Without scripts it is a link to the page that searches. */
export const SearchButton = () => {
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!asksToSearch(event)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return (
    <>
      <a
        href="/docs/find"
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          setOpen(true);
        }}
        aria-keyshortcuts="/ Control+K Meta+K"
        className="inline-flex min-h-9 items-center gap-2 rounded-lg border border-line bg-canvas px-3 text-sm text-muted hover:text-ink sm:w-56"
      >
        <svg
          viewBox="0 0 24 24"
          className="size-4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.9"
          aria-hidden="true"
        >
          <path d="M17 11a6 6 0 1 1-12 0 6 6 0 0 1 12 0ZM15.5 15.5 20 20" strokeLinecap="round" />
        </svg>
        Search
        <kbd className="ml-auto hidden rounded border border-line px-1.5 font-sans text-xs sm:inline">/</kbd>
      </a>
      {isOpen && <SearchDialog onClose={() => setOpen(false)} />}
    </>
  );
};
