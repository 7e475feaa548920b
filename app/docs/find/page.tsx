import type { Metadata } from "next";
import Link from "next/link";
import { searchLimits, searchPages } from "../_engine/search-pages.ts";
import { FoundText } from "../_parts/found-text.tsx";

interface Props {
  readonly searchParams: Promise<{ readonly query?: string | string[] }>;
}

export const metadata: Metadata = { title: "Search" };

const textOf = (query: string | readonly string[] | undefined): string =>
  (typeof query === "string" ? query : (query?.[0] ?? "")).trim().slice(0, searchLimits.query);

/** `/docs/find`: the search for browsers without scripts, and for whoever wants a result as an address. */
const FindPage = async ({ searchParams }: Props) => {
  const query = textOf((await searchParams).query);
  const places = await searchPages(query);
  return (
    <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-6 lg:px-0 lg:py-8">
      <h1 className="text-2xl font-semibold tracking-tight">Search</h1>
      <search>
        <form action="/docs/find" className="mt-4 flex max-w-xl gap-2">
          <input
            type="search"
            name="query"
            aria-label="Search the documentation"
            placeholder="What are you looking for?"
            maxLength={searchLimits.query}
            defaultValue={query}
            className="h-10 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-3"
          />
          <button type="submit" className="h-10 rounded-lg bg-accent px-4 font-medium text-accent-ink">
            Search
          </button>
        </form>
      </search>
      <p className="mt-4 text-sm text-muted">
        {query === ""
          ? "Words, the code of an error, the name of a field or setting."
          : places.length === 0
            ? `Nothing says “${query}”.`
            : `${places.length} places say “${query}”, the best first.`}
      </p>
      <ul className="mt-2 max-w-3xl">
        {places.map(({ id, url, type, content }) => (
          <li key={id} className={type === "page" ? "mt-3 font-semibold" : "pl-6 text-sm"}>
            <Link href={url} prefetch={false} className="block rounded-md py-1 break-words hover:underline">
              <FoundText content={content} />
            </Link>
          </li>
        ))}
      </ul>
    </main>
  );
};

export default FindPage;
