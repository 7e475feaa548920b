"use client";

import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { BookedLater, CostAfter, WhatFailed } from "./outcome.tsx";
import type { StreamedText } from "./use-text-stream.ts";

const endings: Readonly<Record<string, string>> = {
  length: "It ended at the most output tokens.",
  "content-filter": "The vendor's filter ended it.",
  interrupted: "The vendor's answer broke off.",
  error: "The vendor ended it with an error.",
};

/** Only what a browser opens as a page. */
const shownAddress = (url = ""): string | undefined => (/^https?:/i.test(url) ? url : undefined);

interface ShownTextProps {
  readonly answer: StreamedText | undefined;
  /** The person goes on with the conversation. */
  readonly onContinue: (text: string) => void;
}

/** An answer while it comes, and what it cost. */
export const ShownText = ({ answer, onContinue }: ShownTextProps) => {
  if (!answer) return <p className="text-muted">What the model says appears here while it says it.</p>;
  const { state, text, reasoning, toolCalls, sources, warnings, operationId, finish, error } = answer;
  return (
    <div className="space-y-4">
      {warnings.map((words) => (
        <p key={words} className="rounded-lg bg-warn-soft px-3 py-2 text-sm wrap-anywhere text-warn">
          {words}
        </p>
      ))}
      {reasoning !== "" && (
        <details className="rounded-lg bg-raised px-4 py-2 text-sm">
          <summary className="cursor-pointer font-medium">Reasoning</summary>
          <p className="mt-2 wrap-anywhere whitespace-pre-wrap">{reasoning}</p>
        </details>
      )}
      <section aria-live="polite" aria-busy={state === "streaming"} aria-label="What the model says">
        <p className="wrap-anywhere whitespace-pre-wrap">
          <bdi>{text}</bdi>
        </p>
        {state === "streaming" && text === "" && <p className="text-muted">One moment…</p>}
        {toolCalls.map(({ toolCallId, toolName, input }) => (
          <pre
            key={toolCallId}
            className="mt-2 rounded-lg bg-raised p-3 font-mono text-sm wrap-anywhere whitespace-pre-wrap"
          >
            {toolName}({input})
          </pre>
        ))}
      </section>
      {sources.length > 0 && (
        <section aria-label="Sources">
          <ol className="list-decimal pl-5 text-sm">
            {sources.map(({ id, url, title = url }) => (
              <li key={id} className="wrap-anywhere">
                <a
                  href={shownAddress(url)}
                  rel="noreferrer"
                  target="_blank"
                  className="inline-block py-1 text-accent underline"
                >
                  <bdi>{title}</bdi>
                </a>
              </li>
            ))}
          </ol>
        </section>
      )}
      {finish && endings[finish.finishReason] !== undefined && (
        <p className="text-sm text-warn">{endings[finish.finishReason]}</p>
      )}
      {finish && <CostAfter facts={finish.nexus} usage={finish.usage} />}
      {state === "stopped" &&
        (operationId === undefined ? (
          <p className="text-sm text-muted">Stopped before a model was asked: nothing was booked.</p>
        ) : (
          <BookedLater operationId={operationId} />
        ))}
      {error && <WhatFailed error={error} />}
      {state === "finished" && text !== "" && (
        <div className="flex items-center gap-2">
          <Button onClick={() => onContinue(text)}>Continue the conversation</Button>
          <CopyButton text={text} label="Copy the answer" />
        </div>
      )}
    </div>
  );
};
