"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "../_ui/class-names.ts";
import { pageGroups } from "./_shell/listed-pages.ts";

interface SubPagesProps {
  readonly label: string;
  /** The listed page under which they lie. */
  readonly of: string;
}

/** The pages that belong together, on top of each of them. */
export const SubPages = ({ label, of }: SubPagesProps) => {
  const path = usePathname();
  const pages = pageGroups.flatMap((group) => group.pages).find(({ href }) => href === of)?.parts ?? [];
  return (
    <nav aria-label={label} className="mb-6 border-b border-line">
      <ul className="-mb-px flex gap-1 overflow-x-auto">
        {pages.map((page) => (
          <li key={page.href}>
            <Link
              href={page.href}
              aria-current={path === page.href ? "page" : undefined}
              className={classNames(
                "block border-b-2 px-3 py-2 font-medium whitespace-nowrap -outline-offset-2 transition-colors",
                path === page.href
                  ? "border-accent text-ink"
                  : "border-transparent text-muted hover:border-line-strong hover:text-ink",
              )}
            >
              {page.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};
