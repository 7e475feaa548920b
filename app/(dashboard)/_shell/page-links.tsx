"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSession } from "../../_session/session-provider.tsx";
import { classNames } from "../../_ui/class-names.ts";
import { liesUnder, pageGroupsFor } from "./listed-pages.ts";
import { PageIcon } from "./page-icon.tsx";

interface PageLinksProps {
  /** Only the icons are seen; the words are still said. */
  readonly iconsOnly?: boolean;
  readonly onFollow?: () => void;
}

/** The pages of the dashboard, in groups. */
export const PageLinks = ({ iconsOnly = false, onFollow }: PageLinksProps) => {
  const path = usePathname();
  const { session } = useSession();
  return (
    <nav aria-label="Main" className="space-y-5 p-3">
      {pageGroupsFor(session).map(({ label, pages }) => (
        <section key={label} aria-label={label}>
          <p
            aria-hidden="true"
            className={classNames(
              "mb-1 px-2.5 text-xs font-medium whitespace-nowrap text-muted transition-opacity",
              iconsOnly && "opacity-0",
            )}
          >
            {label}
          </p>
          <ul className="space-y-0.5">
            {pages.map(({ href, label: name }) => (
              <li key={href}>
                <Link
                  href={href}
                  aria-current={path === href ? "page" : undefined}
                  title={iconsOnly ? name : undefined}
                  onClick={onFollow}
                  className={classNames(
                    "flex min-h-9 items-center gap-3 rounded-lg px-2.5 font-medium whitespace-nowrap transition-colors",
                    liesUnder(path, href)
                      ? "bg-accent-soft text-accent-strong"
                      : "text-muted hover:bg-raised hover:text-ink",
                  )}
                >
                  <PageIcon href={href} />
                  <span className={iconsOnly ? "sr-only" : "truncate"}>{name}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
};
