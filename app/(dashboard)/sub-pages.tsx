"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "../_ui/class-names.ts";

interface SubPagesProps {
  readonly label: string;
  readonly pages: readonly { readonly href: string; readonly label: string }[];
}

/** The pages that belong together, on top of each of them. */
export const SubPages = ({ label, pages }: SubPagesProps) => {
  const path = usePathname();
  return (
    <nav aria-label={label} className="mb-6">
      <ul className="flex flex-wrap gap-1">
        {pages.map((page) => (
          <li key={page.href}>
            <Link
              href={page.href}
              aria-current={path === page.href ? "page" : undefined}
              className={classNames(
                "block rounded-lg px-3 py-1.5 font-medium transition-colors",
                path === page.href ? "bg-accent-soft text-accent-strong" : "text-muted hover:bg-raised hover:text-ink",
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
