import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "../_ui/logo.tsx";
import { documentationSections } from "./_engine/documentation.ts";
import { SearchButton } from "./_parts/search-button.tsx";
import { Sidebar, type SidebarSection } from "./_parts/sidebar.tsx";
import { ThemeButton } from "./_parts/theme-button.tsx";
import "./docs.css";

export const metadata: Metadata = { title: { default: "Documentation", template: "%s · Topolo Nexus documentation" } };

const sections = (): readonly SidebarSection[] =>
  documentationSections().map(({ title, pages }) => ({
    title,
    pages: pages.map(({ url, data }) => ({ url, title: data.title ?? data.heading })),
  }));

const DocsLayout = ({ children }: { readonly children: ReactNode }) => (
  <>
    <a
      href="#content"
      className="sr-only z-50 rounded-lg bg-accent px-4 py-2 font-medium text-accent-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
    >
      Skip to content
    </a>
    <header className="sticky top-0 z-30 border-b border-line bg-surface">
      <div className="mx-auto flex h-15 max-w-7xl items-center gap-2 px-4 sm:gap-4 sm:px-6">
        <Link
          href="/docs"
          prefetch={false}
          className="flex items-center gap-2.5 rounded-lg font-semibold tracking-tight"
        >
          <Logo />
          <span className="sr-only sm:not-sr-only">Topolo Nexus</span>
          <span className="font-normal text-muted">Docs</span>
        </Link>
        <div className="ml-auto flex items-center gap-1 sm:gap-3">
          <SearchButton />
          <ThemeButton />
          <Link
            href="/"
            prefetch={false}
            className="rounded-lg px-2 py-1.5 text-sm font-medium text-accent hover:underline"
          >
            Dashboard
          </Link>
        </div>
      </div>
    </header>
    <div className="mx-auto max-w-7xl lg:flex lg:gap-8 lg:px-6">
      <Sidebar sections={sections()} />
      {children}
    </div>
  </>
);

export default DocsLayout;
