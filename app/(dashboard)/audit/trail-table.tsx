"use client";

import { Badge } from "../../_ui/badge.tsx";
import { classNames } from "../../_ui/class-names.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import { ListTable, lookOfCells } from "../list-table.tsx";
import { actorWords, type TrailEvent } from "./trail-event.ts";

const columns = [
  { name: "Change", shown: "" },
  { name: "To", shown: "hidden md:table-cell" },
  { name: "Where", shown: "hidden lg:table-cell" },
  { name: "Time", shown: "hidden sm:table-cell text-right" },
] as const;

const shownOf = lookOfCells(columns);

/** How a change ended that was not made. */
export const OutcomeBadge = ({ event: { outcome } }: { readonly event: TrailEvent }) => {
  if (outcome === "success") return null;
  return outcome === "denied" ? (
    <Badge tone="warn" title="It was not allowed">
      refused
    </Badge>
  ) : (
    <Badge tone="bad" title="It was tried and did not succeed">
      failed
    </Badge>
  );
};

export const logWords = { nexus: "Nexus", auth: "People and sign-in" } as const;

interface RowProps {
  readonly event: TrailEvent;
  readonly onOpen: (id: string) => void;
}

const Row = ({ event, onOpen }: RowProps) => (
  <tr className="relative border-t border-line transition-colors hover:bg-raised/60 has-[button[data-row]:focus-visible]:bg-raised">
    <th scope="row" className={classNames(shownOf("Change"), "w-full max-w-0 text-left font-normal")}>
      <button
        type="button"
        data-row
        onClick={() => onOpen(event.id)}
        className="w-full rounded text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        <span className="sr-only">Details of </span>
        <span className="block wrap-anywhere">
          <bdi className="font-medium">{actorWords(event)}</bdi> {event.words} <OutcomeBadge event={event} />
        </span>
      </button>
      <span className="mt-0.5 flex flex-wrap items-center gap-x-2 text-sm text-muted md:hidden">
        {event.target && <bdi className="truncate">{event.target.name ?? event.target.id}</bdi>}
        <span className="sm:hidden">
          <TimeAgo at={event.at} />
        </span>
      </span>
    </th>
    <td className={classNames(shownOf("To"), "max-w-56 truncate")} title={event.target?.id}>
      {event.target ? <bdi>{event.target.name ?? event.target.id}</bdi> : <span className="text-muted">–</span>}
    </td>
    <td className={classNames(shownOf("Where"), "text-sm whitespace-nowrap text-muted")}>{logWords[event.log]}</td>
    <td className={classNames(shownOf("Time"), "text-sm text-muted")}>
      <TimeAgo at={event.at} />
    </td>
  </tr>
);

interface TrailTableProps {
  readonly events: readonly TrailEvent[];
  readonly onOpen: (id: string) => void;
  readonly empty: string;
}

/** Changes, newest first. */
export const TrailTable = ({ events, onOpen, empty }: TrailTableProps) => (
  <ListTable caption="Changes, newest first" columns={columns} empty={empty}>
    {events.map((event) => (
      <Row key={event.id} event={event} onOpen={onOpen} />
    ))}
  </ListTable>
);
