import { useId, type ReactNode } from "react";
import { classNames } from "./class-names.ts";

interface CardProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly className?: string;
  /** The content reaches the edges, as a table does. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A titled region of a page. */
export const Card = ({ title, aside, className, flush = false, children }: CardProps) => {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={classNames("flex min-w-0 flex-col rounded-xl border border-line bg-surface shadow-card", className)}
    >
      <header className="flex min-h-13 flex-wrap items-center justify-between gap-2 px-5 pt-3 pb-1">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {aside}
      </header>
      <div className={flush ? "min-w-0" : "min-w-0 grow px-5 pt-1 pb-5"}>{children}</div>
    </section>
  );
};
