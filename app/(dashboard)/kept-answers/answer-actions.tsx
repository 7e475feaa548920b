"use client";

import { useState } from "react";
import type { ListedAnswer } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { Button } from "../../_ui/button.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { goesOn, titleOfAnswer } from "./answer-words.ts";

const ConfirmRemoval = whenOpened(() =>
  import("../security/user/_parts/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
);

interface AnswerActionsProps {
  readonly answer: ListedAnswer;
  readonly onDeleted?: () => void;
}

/** Ends an answer in the background, and forgets any, for whoever may. */
export const AnswerActions = ({ answer, onDeleted }: AnswerActionsProps) => {
  const { id, background, endable } = answer;
  const change = useChangeAtNexus();
  const [asking, setAsking] = useState<"cancel" | "delete">();
  const title = titleOfAnswer(answer);
  if (!endable) return null;
  const runs = background && goesOn(answer);
  return (
    <>
      {runs && (
        <Button look="quiet" aria-label={`Cancel ${title}`} onClick={() => setAsking("cancel")}>
          Cancel
        </Button>
      )}
      <Button look="quiet" aria-label={`Delete ${title}`} onClick={() => setAsking("delete")}>
        Delete
      </Button>
      {asking === "cancel" && (
        <ConfirmRemoval
          title={`Cancel ${title}?`}
          description="Its model is left. What it has done by then is charged, and can be read."
          action="Cancel the answer"
          onClose={() => setAsking(undefined)}
          remove={async () => {
            await change((nexus) => nexus.ai.responses.cancel.mutate({ responseId: id }));
          }}
        />
      )}
      {asking === "delete" && (
        <ConfirmRemoval
          title={`Delete ${title}?`}
          description={`Nobody can read it any more, or go on from it.${runs ? " It is cancelled, and what its model has done is charged." : ""} Its call stays in Calls.`}
          action="Delete the answer"
          onClose={() => setAsking(undefined)}
          remove={async () => {
            await change((nexus) => nexus.ai.responses.delete.mutate({ responseId: id }));
            onDeleted?.();
          }}
        />
      )}
    </>
  );
};
