"use client";

import type { ListedAnswer } from "../../_data/answers.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { AnswerActions } from "./answer-actions.tsx";
import { answerStates, titleOfAnswer } from "./answer-words.ts";
import { ForWhom } from "../for-whom.tsx";

interface AnswerRowProps {
  readonly answer: ListedAnswer;
  readonly mayInvoke: boolean;
  readonly onOpen: (id: string) => void;
}

/** An answer that is kept: how it stands, for whom, and what can be done with it. */
export const AnswerRow = ({ answer, mayInvoke, onOpen }: AnswerRowProps) => {
  const { id, status, background, provider, appId, userId, keyId, createdAt } = answer;
  const title = titleOfAnswer(answer);
  const { word, tone } = answerStates[status];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          <span className="wrap-anywhere">{title}</span>
          <Badge tone={tone}>{word}</Badge>
          {background && <Badge title="It goes on without its caller">in the background</Badge>}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          Asked {provider !== null && <>of {provider} </>}
          <TimeAgo at={createdAt} />
          <ForWhom userId={userId} appId={appId} keyId={keyId} />
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-1">
        <CopyButton text={id} label={`Copy the id of ${title}`} />
        <Button look="quiet" aria-haspopup="dialog" aria-label={`Open ${title}`} onClick={() => onOpen(id)}>
          Open
        </Button>
        {mayInvoke && <AnswerActions answer={answer} />}
      </div>
    </li>
  );
};
