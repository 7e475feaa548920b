"use client";

import { callExamples, type TriedOperation } from "../../_connect/call-examples.ts";
import { Card } from "../../_ui/card.tsx";
import { CodeTabs } from "../../_ui/code-tabs.tsx";

interface CopiedAsProps {
  readonly operation: TriedOperation;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The same call, for a program. */
export const CopiedAs = ({ operation, input }: CopiedAsProps) => (
  <Card title="The same call, to copy">
    <CodeTabs
      label="Languages"
      samples={callExamples({ origin: location.origin, operation, input }).map(({ name, code }) => ({
        name,
        code: code.trimEnd(),
      }))}
    />
  </Card>
);
