"use client";

import { ChevronDown } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

export interface SidebarSection {
  readonly title: string;
  readonly pages: readonly { readonly title: string; readonly url: string }[];
}

const Sections = ({ sections, path }: { readonly sections: readonly SidebarSection[]; readonly path: string }) =>
  sections.map(({ title, pages }) => (
    <section key={title} className="mb-6">
      <h2 className="px-3 pb-1 text-sm font-semibold">{title}</h2>
      <ul>
        {pages.map(({ title: page, url }) => (
          <li key={url}>
            <Link
              href={url}
              prefetch={false}
              aria-current={path === url ? "page" : undefined}
              className="block rounded-md px-3 py-1.5 text-sm text-muted hover:bg-raised hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-strong"
            >
              {page}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  ));

/** All pages: beside the page where there is room, folded above it where there is none. */
export const Sidebar = ({ sections }: { readonly sections: readonly SidebarSection[] }) => {
  const path = usePathname();
  const here = sections.flatMap(({ pages }) => pages).find(({ url }) => url === path)?.title ?? "Pages";
  return (
    <>
      <details key={path} className="border-b border-line lg:hidden">
        <summary className="flex min-h-11 list-none items-center gap-2 px-4 font-medium sm:px-6">
          <ChevronDown className="size-4 text-muted" />
          <span className="sr-only">All pages; this is </span>
          {here}
        </summary>
        <nav aria-label="Documentation" className="max-h-[60dvh] overflow-y-auto px-1 pt-2 sm:px-3">
          <Sections sections={sections} path={path} />
        </nav>
      </details>
      <nav
        aria-label="Documentation"
        className="sticky top-15 hidden max-h-[calc(100dvh-3.75rem)] w-60 shrink-0 overflow-y-auto py-8 lg:block"
      >
        <Sections sections={sections} path={path} />
      </nav>
    </>
  );
};
