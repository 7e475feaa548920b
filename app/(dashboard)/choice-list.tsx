"use client";

import { Combobox } from "@base-ui/react/combobox";
import { Check } from "lucide-react";
import type { OpenChoices } from "./choice-picker.tsx";

/** Something that can be chosen. */
export interface Choosable {
  readonly id: string;
  readonly name: string;
  /** What stands at the end of its line. */
  readonly note?: string;
}

interface ChoiceListProps extends OpenChoices {
  readonly typed: string;
  readonly onType: (text: string) => void;
  /** What is found; undefined: it is being looked for. */
  readonly found: readonly Choosable[] | undefined;
  /** There are others than those found. */
  readonly more: boolean;
  /** What stands in place of an empty list. */
  readonly empty: string;
}

/** What can be chosen, to be searched by name or id. */
export const ChoiceList = ({
  label,
  anchor,
  value,
  onClose,
  onChoose,
  typed,
  onType,
  found,
  more,
  empty,
}: ChoiceListProps) => {
  const names = new Map(found?.map((item) => [item.id, item]));
  const placeholder = `Search by name or id`;
  return (
    <Combobox.Root
      open
      items={[...names.keys()]}
      filter={null}
      value={value ?? null}
      inputValue={typed}
      onInputValueChange={onType}
      onValueChange={(next) => next !== null && onChoose(next)}
      onOpenChange={(open, { event }) => {
        // The button closes what it opened by itself.
        const onButton = event.target instanceof Node && anchor.current?.contains(event.target);
        if (!open && (event.type === "keydown" || !onButton)) onClose();
      }}
    >
      <Combobox.Portal>
        <Combobox.Positioner anchor={anchor} align="start" sideOffset={6} collisionPadding={8} className="z-50">
          <Combobox.Popup
            aria-label={label}
            finalFocus={anchor}
            className="flex max-h-80 w-72 max-w-[calc(100vw-1rem)] animate-slide-up flex-col rounded-xl border border-line bg-surface shadow-float outline-none"
          >
            <Combobox.Input
              aria-label={`${label}: ${placeholder.toLowerCase()}`}
              placeholder={placeholder}
              maxLength={100}
              className="m-1.5 min-h-10 rounded-lg border border-line-strong bg-surface px-3 placeholder:text-muted focus-visible:outline-offset-0"
            />
            <Combobox.Empty className="px-3 pb-3 text-sm text-muted empty:hidden">
              {found === undefined ? "One moment…" : empty}
            </Combobox.Empty>
            <Combobox.List className="overflow-y-auto overscroll-contain p-1.5 pt-0 empty:hidden">
              {(id: string) => (
                <Combobox.Item
                  key={id}
                  value={id}
                  className="flex min-h-9 items-center gap-2 rounded-md px-2.5 py-1 outline-none data-highlighted:bg-raised"
                >
                  <span className="min-w-0 grow">
                    <bdi className="block truncate">{names.get(id)?.name}</bdi>
                    {names.get(id)?.name !== id && <span className="block truncate text-xs text-muted">{id}</span>}
                  </span>
                  <span className="shrink-0 text-xs text-muted tabular-nums">{names.get(id)?.note}</span>
                  <Combobox.ItemIndicator>
                    <Check aria-hidden="true" className="size-4 text-accent" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
            {more && <p className="border-t border-line px-3 py-2 text-xs text-muted">Search for others.</p>}
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
};
