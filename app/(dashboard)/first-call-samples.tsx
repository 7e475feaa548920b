"use client";

import Link from "next/link";
import { lazy, Suspense } from "react";
import { firstCalls } from "../_connect/first-calls.ts";
import { useSession } from "../_session/session-provider.tsx";
import { Skeleton } from "../_ui/skeleton.tsx";

const CodeTabs = lazy(() => import("../_ui/code-tabs.tsx").then((module) => ({ default: module.CodeTabs })));

const model = "openai/gpt-4o-mini";

/** One call, in the ways in which people make it. */
export const FirstCallSamples = () => {
  const { authUrl } = useSession();
  const samples = firstCalls({ origin: location.origin, authUrl, model, anthropicModel: model });
  return (
    <>
      <p className="mb-3 text-sm text-pretty text-muted">
        Point any OpenAI client at this gateway, or use the typed one. Make an{" "}
        <Link href="/keys" className="font-medium text-accent underline underline-offset-2">
          API key
        </Link>
        ; the first one stands in{" "}
        <code className="rounded bg-raised px-1.5 py-0.5 font-mono text-sm text-ink">first-run.json</code> in the data
        folder. A call appears within seconds, with its cost, in the organization its key belongs to.
      </p>
      <Suspense fallback={<Skeleton className="h-40" />}>
        <CodeTabs label="Ways to call" samples={samples} />
      </Suspense>
    </>
  );
};
