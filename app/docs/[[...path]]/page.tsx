import { findNeighbour } from "fumadocs-core/page-tree";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { documentation, type DocumentationPage } from "../_engine/documentation.ts";
import { markdownAddress } from "../_engine/markdown-address.ts";
import { renderPage } from "../_engine/render-page.tsx";
import { CopyPage } from "../_parts/copy-page.tsx";
import { OnThisPage } from "../_parts/on-this-page.tsx";

interface Props {
  readonly params: Promise<{ readonly path?: string[] }>;
}

const pageAt = async ({ params }: Props): Promise<DocumentationPage> => {
  const page = documentation().getPage((await params).path);
  return page ?? notFound();
};

export const generateMetadata = async (props: Props): Promise<Metadata> => {
  const { data } = await pageAt(props);
  return { title: data.heading, description: data.description };
};

/** A page needs a second level to be worth a list of its headings. */
const fewestHeadings = 2;

const DocsPage = async (props: Props) => {
  const page = await pageAt(props);
  const { body, toc } = await renderPage(page);
  const { previous, next } = findNeighbour(documentation().pageTree, page.url);
  const markdown = markdownAddress(page);
  return (
    <>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-6 lg:px-0 lg:py-8">
        <article className="prose">
          <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
            <h1>{page.data.heading}</h1>
            <div className="flex items-center gap-3">
              <CopyPage address={markdown} />
              <a href={markdown} className="text-sm">
                .md
              </a>
            </div>
          </div>
          {body}
        </article>
        <nav
          aria-label="Previous and next page"
          className="mt-12 flex flex-wrap justify-between gap-3 border-t border-line pt-5"
        >
          {previous ? (
            <Link
              href={previous.url}
              prefetch={false}
              rel="prev"
              className="rounded font-medium text-accent hover:underline"
            >
              ← {previous.name}
            </Link>
          ) : (
            <span />
          )}
          {next && (
            <Link
              href={next.url}
              prefetch={false}
              rel="next"
              className="rounded font-medium text-accent hover:underline"
            >
              {next.name} →
            </Link>
          )}
        </nav>
      </main>
      {toc.length >= fewestHeadings && (
        <aside className="sticky top-15 hidden max-h-[calc(100dvh-3.75rem)] w-56 shrink-0 self-start overflow-y-auto py-8 xl:block">
          <OnThisPage toc={toc} />
        </aside>
      )}
    </>
  );
};

export default DocsPage;
