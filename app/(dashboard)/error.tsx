"use client";

import { PageFailure } from "../_ui/page-failure.tsx";

interface DashboardErrorProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/** A page that broke, with the way to the others still beside it. */
const DashboardError = ({ error, reset }: DashboardErrorProps) => <PageFailure id={error.digest} onRetry={reset} />;

export default DashboardError;
