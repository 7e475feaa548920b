"use client";

import { useState } from "react";
import { Badge, type Tone } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { PageTitle } from "../page-title.tsx";
import { PagedList, usePagedAnswer } from "../paged-list.tsx";
import { oneOf, useChoice } from "../use-choice.ts";
import { reviewStatuses, readDevelopers, statusMeans, type Developer } from "./developer-answers.ts";

const ReviewDialog = whenOpened(() => import("./review-dialog.tsx").then((module) => module.ReviewDialog));

const tones: Readonly<Record<Developer["status"], Tone>> = {
  pending: "warn",
  approved: "good",
  rejected: "plain",
  suspended: "bad",
  revoked: "bad",
};

const choices = { status: oneOf(reviewStatuses) };

/** For operators: who builds apps, or asked to, and what was decided. */
export const Developers = () => {
  const { choice, choose } = useChoice(choices);
  const [reviewing, setReviewing] = useState<Developer>();
  const { status } = choice;
  const answer = usePagedAnswer("/api/developers", status === undefined ? {} : { status }, readDevelopers);
  return (
    <>
      <PageTitle title="Developers">
        <SelectField
          label="Show"
          value={status ?? ""}
          onChange={({ target }) => choose(target.value === "" ? {} : { status: target.value })}
        >
          <option value="">all</option>
          {reviewStatuses.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </SelectField>
      </PageTitle>
      <Card title="Who builds apps, or asked to">
        <PagedList
          answer={answer}
          label="Developers"
          empty={
            status === undefined
              ? "Nobody has applied yet. Whoever registers a developer workspace, or applies, will be here."
              : "Nobody has this status."
          }
        >
          {(developer) => (
            <li
              key={developer.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0"
            >
              <div className="min-w-0 grow basis-60">
                <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
                  <bdi>{developer.name}</bdi>
                  <Badge tone={tones[developer.status]} title={statusMeans[developer.status]}>
                    {developer.status}
                  </Badge>
                </p>
                <p className="text-sm break-all text-muted">{developer.email}</p>
                <p className="text-sm text-pretty text-muted">
                  {developer.workspace !== undefined && (
                    <>
                      Workspace <bdi>{developer.workspace}</bdi>.{" "}
                    </>
                  )}
                  Here since <TimeAgo at={developer.createdAt} />, {developer.submissions} sent in
                  {developer.reviewedAt !== undefined && (
                    <>
                      , reviewed <TimeAgo at={developer.reviewedAt} />
                    </>
                  )}
                  .
                </p>
                {developer.notes !== "" && <p className="text-sm wrap-anywhere">{developer.notes}</p>}
              </div>
              <Button look="quiet" onClick={() => setReviewing(developer)}>
                Review<span className="sr-only"> {developer.name}</span>
              </Button>
            </li>
          )}
        </PagedList>
      </Card>
      {reviewing && (
        <ReviewDialog
          developer={reviewing}
          onClose={() => setReviewing(undefined)}
          onReviewed={() => {
            setReviewing(undefined);
            answer.reload();
          }}
        />
      )}
    </>
  );
};
