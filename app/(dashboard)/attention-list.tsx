"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { ArrowRight, CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { LiveAnswer } from "../_data/use-answer.ts";
import { Card } from "../_ui/card.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { SkeletonRows } from "../_ui/skeleton.tsx";

interface AttentionListProps {
  readonly attention: LiveAnswer<NexusOutputs["usage"]["attention"]>;
}

/** What needs a person, the most urgent first; each with the way to where it is dealt with. */
export const AttentionList = ({ attention: { data, failure, retry } }: AttentionListProps) => (
  <Card title="Needs attention" flush>
    {failure && <FailureNotice title="What needs attention could not be loaded" failure={failure} onRetry={retry} />}
    {!data && !failure && <SkeletonRows rows={2} label="Loading what needs attention" />}
    {data?.items.length === 0 && (
      <p className="flex items-center gap-2 px-5 pt-1 pb-4 text-muted">
        <CircleCheck className="size-4 shrink-0 text-good" />
        Nothing does.
      </p>
    )}
    {data && data.items.length > 0 && (
      <ul className="divide-y divide-line border-t border-line">
        {data.items.map(({ kind, urgent, count, title, detail, subjects, action }) => (
          <li key={kind} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-5 py-3">
            {urgent ? (
              <CircleAlert className="mt-0.5 size-5 shrink-0 text-bad" />
            ) : (
              <TriangleAlert className="mt-0.5 size-5 shrink-0 text-warn" />
            )}
            <div className="min-w-0 grow basis-60">
              <p className="font-medium">
                {urgent && <span className="sr-only">Urgent: </span>}
                {title}
              </p>
              {subjects.length > 0 && (
                <p className="text-sm break-words">
                  {subjects.map((subject, place) => (
                    <span key={subject}>
                      {place > 0 && ", "}
                      <bdi>{subject}</bdi>
                    </span>
                  ))}
                  {count > subjects.length && subjects.length > 1 && " and others"}
                </p>
              )}
              <p className="text-sm text-pretty text-muted">{detail}</p>
            </div>
            <Link
              href={action.page}
              className="ml-9 flex min-h-9 shrink-0 items-center gap-1.5 rounded font-medium text-accent hover:underline sm:ml-0"
            >
              {action.label}
              <span className="sr-only">: {title}</span>
              <ArrowRight className="size-4" />
            </Link>
          </li>
        ))}
      </ul>
    )}
  </Card>
);
