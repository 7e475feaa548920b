"use client";

import Link from "next/link";
import { lazy, Suspense } from "react";
import type { CodeSample } from "../_ui/code-tabs.tsx";
import { Skeleton } from "../_ui/skeleton.tsx";

const CodeTabs = lazy(() => import("../_ui/code-tabs.tsx").then((module) => ({ default: module.CodeTabs })));

const samplesFor = (origin: string): readonly CodeSample[] => [
  {
    name: "curl",
    code: `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $NEXUS_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}'`,
  },
  {
    name: "OpenAI SDK",
    code: `import OpenAI from "openai";

const openai = new OpenAI({
  baseURL: "${origin}/v1",
  apiKey: process.env.NEXUS_API_KEY,
});

const answer = await openai.chat.completions.create({
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user", content: "Hello" }],
});`,
  },
  {
    name: "TypeScript",
    code: `import { createNexusClient } from "@topolo/nexus-client";

const nexus = createNexusClient({
  baseUrl: "${origin}",
  credential: { apiKey: process.env.NEXUS_API_KEY },
});

const { text, nexus: facts } = await nexus.ai.generateText.mutate({
  model: "openai/gpt-4o-mini",
  prompt: "Hello",
});`,
  },
];

/** One call, in the ways in which people make it. */
export const FirstCallSamples = () => (
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
      <CodeTabs label="Ways to call" samples={samplesFor(location.origin)} />
    </Suspense>
  </>
);
