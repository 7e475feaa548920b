"use client";

import { Combobox } from "@base-ui/react/combobox";
import { Check } from "lucide-react";
import { useMemo, type RefObject } from "react";
import type { UsableModel } from "../_data/answers.ts";
import { formatMoney } from "../_ui/format-money.ts";

interface ModelListProps {
  readonly models: readonly UsableModel[];
  readonly value: string;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
  readonly onChoose: (id: string) => void;
}

const shownModels = 60;

/** What a million tokens in and out cost. */
const priceOf = (model: UsableModel | undefined): string =>
  [model?.prices.input, model?.prices.output]
    .flatMap((nanos) => (nanos === undefined ? [] : [formatMoney(nanos)]))
    .join(" · ");

/** The models that can be used, to be searched. */
export const ModelList = ({ models, value, anchor, onClose, onChoose }: ModelListProps) => {
  const byId = useMemo(() => new Map(models.map((model) => [model.id, model])), [models]);
  return (
    <Combobox.Root
      open
      items={[...byId.keys()]}
      limit={shownModels}
      value={value}
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
            aria-label="Models"
            finalFocus={anchor}
            className="flex max-h-80 w-96 max-w-[calc(100vw-1rem)] animate-slide-up flex-col rounded-xl border border-line bg-surface shadow-float outline-none"
          >
            <Combobox.Input
              aria-label="Search for a model"
              placeholder="Search by vendor or name"
              maxLength={100}
              className="m-1.5 min-h-10 rounded-lg border border-line-strong bg-surface px-3 placeholder:text-muted focus-visible:outline-offset-0"
            />
            <Combobox.Empty className="px-3 pb-3 text-sm text-muted empty:hidden">
              No model that can be used is called that.
            </Combobox.Empty>
            <Combobox.List className="overflow-y-auto overscroll-contain p-1.5 pt-0 empty:hidden">
              {(id: string) => (
                <Combobox.Item
                  key={id}
                  value={id}
                  className="flex min-h-9 items-center gap-2 rounded-md px-2.5 py-1 outline-none data-highlighted:bg-raised"
                >
                  <bdi className="min-w-0 grow truncate font-mono text-sm">{id}</bdi>
                  <span
                    title="A million tokens in, and out"
                    className="shrink-0 text-xs text-muted tabular-nums max-sm:hidden"
                  >
                    {priceOf(byId.get(id))}
                  </span>
                  <Combobox.ItemIndicator>
                    <Check aria-hidden="true" className="size-4 text-accent" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
};
