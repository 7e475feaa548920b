"use client";

import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classNames } from "../../_ui/class-names.ts";

const moved = <T,>(items: readonly T[], from: number, to: number): readonly T[] => {
  const item = items[from];
  return item === undefined ? items : items.toSpliced(from, 1).toSpliced(to, 0, item);
};

interface OrderedListProps {
  readonly label: string;
  readonly items: readonly string[];
  readonly nameOf: (item: string) => string;
  readonly readOnly: boolean;
  readonly onChange: (items: readonly string[]) => void;
}

interface ArrowProps {
  readonly direction: "up" | "down";
  readonly name: string;
  /** It is at the end already; the button keeps the focus all the same. */
  readonly atEnd: boolean;
  readonly id: string;
  readonly onMove: () => void;
}

const Arrow = ({ direction, name, atEnd, id, onMove }: ArrowProps) => {
  const Icon = direction === "up" ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      data-arrow={id}
      aria-label={`Move ${name} ${direction}`}
      aria-disabled={atEnd || undefined}
      onClick={() => !atEnd && onMove()}
      className={classNames(
        "grid size-9 place-items-center rounded-lg text-muted",
        atEnd ? "opacity-40" : "hover:bg-raised hover:text-ink",
      )}
    >
      <Icon className="size-4" />
    </button>
  );
};

/** An order that is changed by arrows; where a thing is then is announced, and its button keeps the focus. */
export const OrderedList = ({ label, items, nameOf, readOnly, onChange }: OrderedListProps) => {
  const list = useRef<HTMLOListElement>(null);
  const [told, setTold] = useState("");
  const [focused, setFocused] = useState<{ readonly arrow: string }>();

  // A row that is put elsewhere in the page loses the focus.
  useEffect(() => {
    if (focused === undefined) return;
    list.current?.querySelector<HTMLButtonElement>(`[data-arrow="${CSS.escape(focused.arrow)}"]`)?.focus();
  }, [focused]);

  const move = (item: string, from: number, to: number, direction: "up" | "down"): void => {
    setFocused({ arrow: `${item} ${direction}` });
    setTold(`${nameOf(item)} is now ${to + 1} of ${items.length}.`);
    onChange(moved(items, from, to));
  };

  return (
    <>
      <ol ref={list} aria-label={label}>
        {items.map((item, at) => {
          const name = nameOf(item);
          return (
            <li key={item} className="flex min-h-11 items-center gap-3 border-t border-line first:border-t-0">
              <span className="w-5 text-right text-sm text-muted tabular-nums">{at + 1}</span>
              <bdi className="min-w-0 grow font-medium wrap-anywhere">{name}</bdi>
              {!readOnly && (
                <span className="flex shrink-0">
                  <Arrow
                    direction="up"
                    name={name}
                    atEnd={at === 0}
                    id={`${item} up`}
                    onMove={() => move(item, at, at - 1, "up")}
                  />
                  <Arrow
                    direction="down"
                    name={name}
                    atEnd={at === items.length - 1}
                    id={`${item} down`}
                    onMove={() => move(item, at, at + 1, "down")}
                  />
                  <button
                    type="button"
                    aria-label={`Remove ${name}`}
                    onClick={() => {
                      setFocused(undefined);
                      setTold(`${name} is removed.`);
                      onChange(items.filter((one) => one !== item));
                    }}
                    className="grid size-9 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
                  >
                    <X className="size-4" />
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      <output className="sr-only">{told}</output>
    </>
  );
};
