"use client";

import { PageFailure } from "./page-failure.tsx";

interface ErrorBoundaryPageProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/** A page without navigation that broke. The dashboard has its own, so that its pages load one and not two. */
export const ErrorBoundaryPage = ({ error, reset }: ErrorBoundaryPageProps) => (
  <main>
    <PageFailure id={error.digest} onRetry={reset} />
  </main>
);
