"use client";

import { AnchorProvider, TOCItem, type TableOfContents } from "fumadocs-core/toc";

/** The headings of a page; the one that is read stands out. */
export const OnThisPage = ({ toc }: { readonly toc: TableOfContents }) => (
  <AnchorProvider toc={toc} single>
    <nav aria-labelledby="on-this-page">
      <p id="on-this-page" className="pb-2 text-sm font-semibold">
        On this page
      </p>
      <ul className="border-l border-line">
        {toc.map(({ url, title, depth }) => (
          <li key={url}>
            <TOCItem
              href={url}
              autoScroll={false}
              className={`-ml-px block border-l border-transparent py-1 text-sm text-muted hover:text-ink data-[active=true]:border-accent data-[active=true]:text-accent-strong ${depth > 2 ? "pl-6" : "pl-3"}`}
            >
              {title}
            </TOCItem>
          </li>
        ))}
      </ul>
    </nav>
  </AnchorProvider>
);
