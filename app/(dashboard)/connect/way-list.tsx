"use client";

import type { ConnectGroup } from "../../_connect/connection.ts";
import { classNames } from "../../_ui/class-names.ts";

interface WayListProps {
  readonly groups: readonly ConnectGroup[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The ways by their names: a column on a desk, rows of names on a phone. */
export const WayList = ({ groups, chosen, onChoose }: WayListProps) => (
  <nav aria-label="Ways to connect" className="space-y-4 lg:sticky lg:top-20">
    {groups.map(({ label, ways }) => (
      <div key={label}>
        <h2 className="mb-1 px-3 text-xs font-semibold tracking-wide text-muted uppercase">{label}</h2>
        <ul className="flex flex-wrap gap-0.5 lg:flex-col">
          {ways.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={id === chosen ? "true" : undefined}
                onClick={() => onChoose(id)}
                className={classNames(
                  "min-h-9 w-full rounded-lg px-3 text-left font-medium transition-colors",
                  id === chosen ? "bg-accent-soft text-accent-strong" : "text-muted hover:bg-raised hover:text-ink",
                )}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      </div>
    ))}
  </nav>
);
