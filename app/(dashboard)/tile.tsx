import Link from "next/link";
import type { ReactNode } from "react";
import { Skeleton } from "../_ui/skeleton.tsx";

interface TileProps {
  readonly label: string;
  /** Undefined while it is loading. */
  readonly value: ReactNode;
  readonly title?: string | undefined;
  readonly note?: ReactNode;
  /** Where one sees what it is made of. */
  readonly href?: string | undefined;
}

/** One number at a glance; with an address, the whole tile leads to what it is made of. */
export const Tile = ({ label, value, title, note, href }: TileProps) => (
  <div className="relative min-w-0 rounded-xl border border-line bg-surface px-5 py-4 shadow-card has-[a:hover]:border-line-strong">
    <dt className="text-sm text-muted">{label}</dt>
    <dd title={title} className="mt-1 text-2xl font-semibold tracking-tight break-words tabular-nums">
      {value === undefined ? (
        <Skeleton className="h-8 w-24" />
      ) : href === undefined ? (
        value
      ) : (
        <Link
          href={href}
          className="outline-none after:absolute after:inset-0 after:rounded-xl focus-visible:after:outline-2 focus-visible:after:outline-accent"
        >
          {value}
          <span className="sr-only">, what {label.toLowerCase()} is made of</span>
        </Link>
      )}
    </dd>
    <dd className="mt-0.5 min-h-5 text-sm text-muted tabular-nums">{note}</dd>
  </div>
);
