"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedSuppression } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useAnswer } from "../../../_data/use-answer.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { FullTime, TimeAgo } from "../../../_ui/time.tsx";
import { PageTitle } from "../../page-title.tsx";
import { Pager } from "../../pager.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { useChoice } from "../../use-choice.ts";
import { PagesOfMail } from "../pages-of-mail.tsx";
import { wordOfReason, wordOfStream } from "./suppression-words.ts";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const AddSuppressionDialog = whenOpened(() =>
  import("./add-suppression-dialog.tsx").then((module) => module.AddSuppressionDialog),
);

const everyMs = 30_000;
const nothingChosen = {};

interface RowProps {
  readonly suppression: ListedSuppression;
  readonly onRemoved: () => void;
}

const Row = ({ suppression, onRemoved }: RowProps) => {
  const { address, stream, reason, note, createdAt, expiresAt } = suppression;
  const change = useChangeAtNexus();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="font-medium wrap-anywhere">
          <bdi>{address ?? "An address that cannot be read any more"}</bdi>
        </p>
        <p className="text-sm text-muted">
          {wordOfReason(reason)}, left out of {wordOfStream(stream)}, <TimeAgo at={createdAt} />
          {expiresAt !== null && (
            <>
              , until <FullTime at={expiresAt} />
            </>
          )}
        </p>
        {note !== null && (
          <p className="text-sm wrap-anywhere text-muted">
            <bdi>{note}</bdi>
          </p>
        )}
      </div>
      {address !== null && (
        <Button look="quiet" aria-label={`Send again to ${address}`} onClick={() => setAsking(true)}>
          Send again
        </Button>
      )}
      {asking && address !== null && (
        <ConfirmRemoval
          title={`Send to ${address} again?`}
          description="Mail of this kind reaches the address from now on. If it still does not exist, mail to it will come back, which vendors hold against the sender."
          action="Send again"
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) => nexus.email.suppressions.remove.mutate({ address, stream, reason }));
            onRemoved();
          }}
        />
      )}
    </li>
  );
};

/** To whom the organization does not send, and why. */
export const SuppressedAddresses = () => {
  const { before, older, newest } = useChoice(nothingChosen);
  const [adding, setAdding] = useState(false);
  const { data, failure, retry } = useAnswer(
    useNexus().email.suppressions.list.queryOptions(before === undefined ? {} : { before }, {
      refetchInterval: everyMs,
    }),
  );
  const added = (): void => {
    setAdding(false);
    retry();
  };
  return (
    <>
      <PageTitle title="E-mail" />
      <PagesOfMail />
      <Card
        title="Suppressed addresses"
        flush
        aside={
          <Button look="primary" onClick={() => setAdding(true)}>
            Suppress an address
          </Button>
        }
      >
        {failure && <FailureNotice title="The addresses could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.suppressions.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">
            None. Addresses to which mail comes back, and those of people who complain, are added by themselves.
          </p>
        )}
        {data && (
          <ul aria-label="Suppressed addresses">
            {data.suppressions.map((suppression) => (
              <Row key={suppression.suppressionId} suppression={suppression} onRemoved={retry} />
            ))}
          </ul>
        )}
        {!data && !failure && <SkeletonRows rows={6} label="Loading the addresses" />}
        {(data ?? failure) && (
          <Pager before={before} next={data?.next ?? undefined} onOlder={older} onNewest={newest} />
        )}
      </Card>
      {adding && <AddSuppressionDialog onAdded={added} onClose={() => setAdding(false)} />}
    </>
  );
};
