"use client";

import { PageFailure } from "./_ui/page-failure.tsx";

interface ErrorPageProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

const ErrorPage = ({ error, reset }: ErrorPageProps) => (
  <main>
    <PageFailure id={error.digest} onRetry={reset} />
  </main>
);

export default ErrorPage;
