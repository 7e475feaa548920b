"use client";

import type { NexusClient, NexusClientError, NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import type { ReactNode } from "react";
import type { TriedOperation } from "../../_connect/call-examples.ts";
import { Button } from "../../_ui/button.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

interface CallTrialProps<T> {
  /** Of the form. */
  readonly label: string;
  readonly fields: ReactNode;
  /** What the call would be estimated by; undefined while something is missing. */
  readonly request: NexusInputs["ai"]["estimate"] | undefined;
  readonly ask: (nexus: NexusClient) => Promise<T>;
  /** What stands where the answer will. */
  readonly before: string;
  readonly renderAnswer: (answer: T) => ReactNode;
  readonly renderFailure?: (error: NexusClientError) => ReactNode;
  readonly operation: TriedOperation;
  /** Of the call to copy. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** A call with one answer: its fields and what it may cost, what came of it and what that cost. */
export const CallTrial = <T extends Pick<NexusOutputs["ai"]["embed"], "nexus" | "usage">>({
  label,
  fields,
  request,
  ask,
  before,
  renderAnswer,
  renderFailure,
  operation,
  input,
}: CallTrialProps<T>) => {
  const { busy, answer, error, run } = useTrial<T>();
  return (
    <Trial
      form={
        <form
          aria-label={label}
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (request) void run(ask);
          }}
        >
          {fields}
          <HeldBefore request={request} />
          <div className="flex justify-end">
            <Button type="submit" look="primary" disabled={!request || busy}>
              {busy ? "One moment…" : "Run"}
            </Button>
          </div>
        </form>
      }
      answer={
        <div aria-live="polite" className="space-y-4">
          {!answer && !error && <p className="text-muted">{before}</p>}
          {answer && renderAnswer(answer)}
          {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
          {error && <WhatFailed error={error} />}
          {error && renderFailure?.(error)}
        </div>
      }
      copied={<CopiedAs operation={operation} input={input} />}
    />
  );
};
