"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { LookOnlyNotice } from "../look-only-notice.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { oneOf, useChoice } from "../use-choice.ts";
import { useMayInvoke } from "../use-may-invoke.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { answerViews, goesOn } from "./answer-words.ts";

// Most who look here have no answer yet.
const AnswerRow = lazy(() => import("./parts-of-answers.ts").then((module) => ({ default: module.AnswerRow })));
const AnswerDrawer = whenOpened(() => import("./parts-of-answers.ts").then((module) => module.AnswerDrawer));

const soonMs = 3_000;
const everyMs = 30_000;
const choices = { view: oneOf(Object.keys(answerViews)) };

/** The answers that are kept for callers of /v1/responses and /v1beta/interactions. */
export const KeptAnswers = () => {
  const { choice, choose, before, older, newest } = useChoice(choices);
  const mayInvoke = useMayInvoke();
  const details = useOpenDetails("answer");
  const { view = "" } = choice;
  const { data, failure, retry } = useAnswer(
    useNexus().ai.responses.list.queryOptions(
      { ...answerViews[view]?.asked, ...(before === undefined ? {} : { before }) },
      { refetchInterval: ({ state }) => (state.data?.responses.some(goesOn) === true ? soonMs : everyMs) },
    ),
  );
  const last = data?.responses.at(-1)?.id;
  return (
    <>
      <PageTitle title="Answers">
        <SelectField label="Shown" value={view} onChange={({ target }) => choose({ view: target.value })}>
          <option value="">all</option>
          {Object.entries(answerViews).map(([id, { label }]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </SelectField>
      </PageTitle>
      {!mayInvoke && <LookOnlyNotice />}
      <Card title="Answers that are kept here" flush>
        {failure && <FailureNotice title="The answers could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.responses.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
            {before !== undefined ? "No older ones. " : view === "" ? "None yet. " : "None of these. "}
            What programs ask by Responses or Interactions is kept for 30 days, and can go on in the background:{" "}
            <Link className="text-accent underline" href="/docs/guides/ai#responses">
              how
            </Link>
            .
          </p>
        )}
        {data && data.responses.length > 0 && (
          <Suspense fallback={<SkeletonRows rows={4} label="Loading the answers" />}>
            <ul aria-label="Answers">
              {data.responses.map((answer) => (
                <AnswerRow key={answer.id} answer={answer} mayInvoke={mayInvoke} onOpen={details.open} />
              ))}
            </ul>
          </Suspense>
        )}
        {!data && !failure && <SkeletonRows rows={4} label="Loading the answers" />}
        {(data ?? failure) && (
          <Pager before={before} next={data?.more ? last : undefined} onOlder={older} onNewest={newest} />
        )}
      </Card>
      {details.id !== undefined && <AnswerDrawer answerId={details.id} mayInvoke={mayInvoke} onClose={details.close} />}
    </>
  );
};
