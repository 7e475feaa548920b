"use client";

import { FailureNotice } from "./_ui/failure-notice.tsx";

interface ErrorPageProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

const ErrorPage = ({ error, reset }: ErrorPageProps) => (
  <main className="mx-auto max-w-2xl py-16">
    <h1 className="sr-only">Error</h1>
    <FailureNotice
      title="This page could not be shown"
      failure={{
        message: "The rest of the dashboard still works. Trying again often helps.",
        code: undefined,
        requestId: error.digest,
      }}
      onRetry={reset}
    />
  </main>
);

export default ErrorPage;
