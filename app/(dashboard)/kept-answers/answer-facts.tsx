"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { Lock } from "lucide-react";
import Link from "next/link";
import { saveFile } from "../../_data/save-file.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { AttributionFacts } from "../attribution-facts.tsx";
import { Fact, Id, Part, ruled } from "../facts.tsx";
import { AnswerActions } from "./answer-actions.tsx";
import { answerStates, goesOn, titleOfAnswer } from "./answer-words.ts";

type Whole = NexusOutputs["ai"]["responses"]["get"];

/** Of longer texts the rest is in the file. */
const mostShown = 6_000;

const Words = ({ text, none }: { readonly text: string; readonly none: string }) =>
  text === "" ? (
    <p className="text-muted">{none}</p>
  ) : (
    <>
      <p className="rounded-lg bg-raised px-4 py-3 wrap-anywhere whitespace-pre-wrap">
        <bdi>{text.slice(0, mostShown)}</bdi>
      </p>
      {text.length > mostShown && <p className="mt-1 text-sm text-muted">The rest is in the file.</p>}
    </>
  );

const NotTheirs = () => (
  <p className="flex items-start gap-3 rounded-lg bg-raised px-4 py-3 text-sm text-pretty">
    <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
    What was asked and answered is read by whoever asked: by the same app and credential, and by a person whose own key
    it was.
  </p>
);

interface AnswerFactsProps {
  readonly answer: Whole;
  readonly mayInvoke: boolean;
  readonly onDeleted: () => void;
}

/** Everything that is known of an answer, and what it says, to whom that is shown. */
export const AnswerFacts = ({ answer, mayInvoke, onDeleted }: AnswerFactsProps) => {
  const { id, status, background, contents, operationId, provider, model } = answer;
  const { word, tone } = answerStates[status];
  return (
    <div>
      <output className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{word}</Badge>
        {background && <Badge title="It goes on without its caller">in the background</Badge>}
        <span className="text-sm text-muted">{titleOfAnswer(answer)}</span>
      </output>
      {contents === null ? (
        <div className="mt-4">
          <NotTheirs />
        </div>
      ) : (
        <>
          <Part title="Asked">
            <Words text={contents.asked} none="Nothing in words." />
          </Part>
          <Part title="Answered">
            <Words text={contents.said} none={goesOn(answer) ? "Nothing yet." : "Nothing in words."} />
          </Part>
        </>
      )}
      <div className="-mx-3.5 mt-3 flex flex-wrap gap-1">
        {contents !== null && (
          <Button
            look="quiet"
            onClick={() => {
              const { input, answer: whole } = contents;
              const json = JSON.stringify({ input, answer: whole }, null, 2);
              saveFile(`${id}.json`, new Blob([json], { type: "application/json" }));
            }}
          >
            Save all of it
          </Button>
        )}
        {mayInvoke && <AnswerActions answer={answer} onDeleted={onDeleted} />}
      </div>
      <dl className={`mt-3 ${ruled}`}>
        {model !== null && (
          <Fact name="Model">
            <bdi className="font-mono text-sm break-all">
              {provider}/{model}
            </bdi>
          </Fact>
        )}
        <AttributionFacts appId={answer.appId} userId={answer.userId} keyId={answer.keyId} />
        <Fact name="Asked for">
          <FullTime at={answer.createdAt} />
        </Fact>
        <Fact name="Kept until">
          <FullTime at={answer.keptUntil} />
        </Fact>
        <Fact name="Id">
          <Id id={id} label="the id of the answer" />
        </Fact>
      </dl>
      <p className="mt-4 text-sm">
        <Link href={`/calls?call=${operationId}`} className="text-accent underline">
          See the call
        </Link>
      </p>
    </div>
  );
};
