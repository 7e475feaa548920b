import { Compass } from "lucide-react";
import Link from "next/link";

/** A page that is not there, with the pages that are beside it. */
const NotFoundHere = () => (
  <section className="grid place-items-center py-16 text-center">
    <div>
      <Compass className="mx-auto mb-5 size-10 text-muted" />
      <h1 className="text-2xl font-semibold tracking-tight">Page not found</h1>
      <p className="mt-2 max-w-md text-pretty text-muted">
        The address may be mistyped, or the page has moved. The pages are in the menu; a search (Ctrl K) finds
        everything that has a name.
      </p>
      <Link href="/" className="mt-6 inline-block rounded font-medium text-accent hover:underline">
        To the start
      </Link>
    </div>
  </section>
);

export default NotFoundHere;
