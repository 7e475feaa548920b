"use client";

import { Combobox } from "@base-ui/react/combobox";
import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { Check } from "lucide-react";
import { useState, type RefObject } from "react";
import { useAnswer } from "../_data/use-answer.ts";
import { useSettled } from "../_data/use-settled.ts";
import { wordOf, type Dimension } from "./usage/usage-question.ts";

const settleMs = 150;
const shownValues = 30;

interface ValueListProps {
  readonly of: Dimension;
  readonly label: string;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly value: string | undefined;
  readonly onClose: () => void;
  readonly onChoose: (value: string | undefined) => void;
}

/** The values that were used, those of most calls first, to be searched by name or id. */
export const ValueList = ({ of, label, anchor, value, onClose, onChoose }: ValueListProps) => {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const { data, failure } = useAnswer(
    useNexus().usage.values.queryOptions({ of, search, limit: shownValues }, { placeholderData: keepPreviousData }),
  );
  const found = data?.values.flatMap(({ value: id, name, calls }) =>
    id === null || id === "" ? [] : [{ id, name: wordOf(of, id, name), calls }],
  );
  const names = new Map(found?.map((item) => [item.id, item]));
  const placeholder = `Search by name or id`;
  return (
    <Combobox.Root
      open
      items={[...names.keys()]}
      filter={null}
      value={value ?? null}
      inputValue={typed}
      onInputValueChange={setTyped}
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
              {failure?.message ?? (data === undefined ? "One moment…" : "Nothing used lately is called that.")}
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
                  <span className="shrink-0 text-xs text-muted tabular-nums">
                    {names.get(id)?.calls.toLocaleString("en-US")}
                  </span>
                  <Combobox.ItemIndicator>
                    <Check aria-hidden="true" className="size-4 text-accent" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
            {data?.more === true && (
              <p className="border-t border-line px-3 py-2 text-xs text-muted">Search for others.</p>
            )}
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
};
