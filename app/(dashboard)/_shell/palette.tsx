"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { DialogFrame } from "../../_ui/dialog-frame.tsx";
import { callEntries, matchingGroups, pageEntries, type PaletteEntry, type PaletteGroup } from "./palette-entries.ts";
import { usePaletteGroups } from "./use-palette-groups.ts";

interface PaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onList: () => void;
}

const Content = ({ onClose, onList }: Omit<PaletteProps, "open">) => {
  const { session } = useSession();
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const loaded = usePaletteGroups();
  const groups = matchingGroups(
    [{ value: "Pages", items: pageEntries(session) }, ...(typed.trim() === "" ? [] : (loaded ?? []))],
    typed,
  );
  const calls = callEntries(typed);
  const shown = calls.length > 0 ? [{ value: "Calls", items: calls }, ...groups] : groups;
  const follow = (href: string): void => {
    onClose();
    router.push(href);
  };
  return (
    <Autocomplete.Root
      open
      inline
      items={shown}
      filter={null}
      value={typed}
      onValueChange={(value, { reason }) => reason !== "item-press" && setTyped(value)}
      itemToStringValue={({ label }: PaletteEntry) => label}
      autoHighlight="always"
      keepHighlight
    >
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search className="size-4.5 shrink-0 text-muted" />
        <Autocomplete.Input
          aria-label="Search pages, models, apps, people and call ids"
          placeholder="Pages, models, apps, people, call ids…"
          maxLength={200}
          className="h-13 min-w-0 grow bg-transparent outline-none placeholder:text-muted"
        />
        <Dialog.Close className="shrink-0 rounded-md border border-line px-1.5 py-0.5 font-mono text-xs text-muted hover:text-ink">
          Esc
        </Dialog.Close>
      </div>
      <div className="min-h-0 grow overflow-y-auto overscroll-contain">
        <Autocomplete.Empty className="text-muted not-empty:px-4 not-empty:py-8 not-empty:text-center">
          {loaded === undefined ? "Looking…" : "Nothing has that name."}
        </Autocomplete.Empty>
        <Autocomplete.List className="p-2 empty:p-0">
          {({ value, items }: PaletteGroup) => (
            <Autocomplete.Group key={value} items={items} className="not-first:mt-2">
              <Autocomplete.GroupLabel className="px-2.5 py-1 text-xs font-medium text-muted">
                {value}
              </Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(entry: PaletteEntry) => (
                  <Autocomplete.Item
                    key={entry.id}
                    value={entry}
                    onClick={() => follow(entry.href)}
                    className="flex min-h-9 cursor-pointer scroll-my-2 items-center justify-between gap-4 rounded-md px-2.5 outline-none data-highlighted:bg-accent-soft data-highlighted:text-accent-strong"
                  >
                    <bdi className="min-w-0 truncate">{entry.label}</bdi>
                    <bdi className="max-w-1/2 shrink-0 truncate text-sm text-muted">{entry.detail}</bdi>
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </div>
      <footer className="flex justify-between gap-4 border-t border-line px-4 py-2 text-xs text-muted">
        <span>↑ ↓ to choose, Enter to open</span>
        <button type="button" onClick={onList} className="rounded hover:text-ink hover:underline">
          Keyboard shortcuts
        </button>
      </footer>
    </Autocomplete.Root>
  );
};

/** The way to everything that has a name. */
export const Palette = ({ open, onClose, onList }: PaletteProps) => (
  <DialogFrame
    open={open}
    onClose={onClose}
    className="inset-x-3 top-[max(0.75rem,10dvh)] mx-auto max-h-[min(34rem,80dvh)] max-w-xl animate-slide-up overflow-hidden rounded-2xl border"
  >
    <Dialog.Title className="sr-only">Search everything</Dialog.Title>
    <Content onClose={onClose} onList={onList} />
  </DialogFrame>
);
