"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useState } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { useNames } from "../../_data/use-names.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { changeStates, priceWords, unitWords } from "./price-words.ts";

const pageSize = 10;

/** The versions of the book: what it comes with, and every step on top of that. */
export const PriceChanges = () => {
  const names = useNames();
  const organization = useSession().session?.organization;
  const [after, setAfter] = useState<string>();
  const { data, failure, retry } = useAnswer(
    useNexus().usage.prices.changes.queryOptions({ limit: pageSize, ...(after === undefined ? {} : { after }) }),
  );
  const forWhom = (id: string | null): string => {
    if (id === null) return "every organization";
    return id === organization?.id ? organization.name : id;
  };
  return (
    <Card title="Versions of the book" flush>
      {failure && <FailureNotice title="The versions could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={3} label="Loading the versions" />}
      {data && (
        <>
          <p className="px-5 pb-3 text-sm text-pretty text-muted">
            It comes with {data.releases.join(", ")}. What was set on top of that holds first: for an organization, then
            for all.
          </p>
          {data.changes.length === 0 && (
            <p className="border-t border-line px-5 py-6 text-center text-muted">Nothing was set on top of it.</p>
          )}
          {data.changes.length > 0 && (
            <ol aria-label="Versions of the book">
              {data.changes.map(({ id, vendor, model, organizationId, effectiveFrom, authorId, state, prices }) => (
                <li key={id} className="border-t border-line px-5 py-2.5">
                  <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <Link
                      href={`/prices?model=${encodeURIComponent(`${vendor}/${model}`)}`}
                      className="font-medium wrap-anywhere hover:underline"
                    >
                      <bdi>
                        {vendor}/{model}
                      </bdi>
                    </Link>
                    <Badge tone={changeStates[state].tone} title={changeStates[state].title}>
                      {changeStates[state].label}
                    </Badge>
                  </p>
                  <p className="text-sm tabular-nums">
                    {prices
                      .filter(({ billedAs }) => billedAs === null)
                      .map((price) =>
                        price.nanosPerMillion === null
                          ? `${unitWords(price.unitClass)} as before`
                          : `${unitWords(price.unitClass)} ${priceWords(price)}`,
                      )
                      .join(" · ")}
                  </p>
                  <p className="text-sm wrap-anywhere text-muted">
                    <FullTime at={effectiveFrom} />, by <bdi>{names.actor(authorId)}</bdi>, for{" "}
                    <bdi>{forWhom(organizationId)}</bdi>
                  </p>
                </li>
              ))}
            </ol>
          )}
          {(after !== undefined || data.next !== null) && (
            <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
              {after !== undefined && <Button onClick={() => setAfter(undefined)}>Newest</Button>}
              {data.next !== null && <Button onClick={() => setAfter(data.next ?? undefined)}>Older</Button>}
            </div>
          )}
        </>
      )}
    </Card>
  );
};
