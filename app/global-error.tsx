"use client";

import { PageFailure } from "./_ui/page-failure.tsx";
import "./globals.css";

interface GlobalErrorProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/** In place of Next's own, whose inline styles the content security policy refuses. */
const GlobalError = ({ error, reset }: GlobalErrorProps) => (
  <html lang="en">
    <body className="min-h-dvh font-sans leading-normal antialiased">
      <title>Error · Topolo Nexus</title>
      <main>
        <PageFailure id={error.digest} onRetry={reset} />
      </main>
    </body>
  </html>
);

export default GlobalError;
