"use client";

import { useEffect, useRef, type ReactNode } from "react";
import { Logo } from "../../_ui/logo.tsx";

interface AuthPageProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly children: ReactNode;
  /** The way on to another page, below the panel. */
  readonly below?: ReactNode;
}

/** The frame of every page of Auth: mark, title, one panel. It grows downwards only, so that nothing jumps. */
export const AuthPage = ({ title, intro, children, below }: AuthPageProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(title);

  useEffect(() => {
    if (shown.current === title) return;
    shown.current = title;
    document.title = `${title} · Topolo`;
    // What had the focus went away with the step before.
    if (document.activeElement === document.body || document.activeElement === null) heading.current?.focus();
  }, [title]);

  return (
    <main className="mx-auto w-full max-w-104 px-4 pt-[max(2rem,9dvh)] pb-12">
      <header className="mb-7 flex flex-col items-center gap-4 text-center">
        <Logo className="size-11" />
        <div>
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight text-balance outline-none">
            {title}
          </h1>
          {intro !== undefined && <div className="mt-1.5 text-pretty break-words text-muted">{intro}</div>}
        </div>
      </header>
      <div className="rounded-xl border border-line bg-surface p-6 shadow-card">{children}</div>
      {below !== undefined && below !== false && <div className="mt-5 text-center text-muted">{below}</div>}
    </main>
  );
};
