"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { KindsOfKeys } from "../kinds-of-keys.tsx";
import type { Issued } from "./issued-token.tsx";
import { ServiceTokenItem } from "./service-token-item.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";
import { useSpentByKey } from "../spent-this-month.tsx";

const IssuedToken = whenOpened(() => import("./issued-token.tsx").then((module) => module.IssuedToken));

const MakeServiceTokenDialog = whenOpened(() =>
  import("./make-service-token-dialog.tsx").then((module) => module.MakeServiceTokenDialog),
);

const everyMs = 60_000;

const List = () => {
  const { data, failure, retry } = useAnswer(
    useNexus().serviceTokens.list.queryOptions(
      {},
      { refetchInterval: everyMs, select: ({ serviceTokens }) => serviceTokens.toReversed() },
    ),
  );
  const [making, setMaking] = useState(false);
  const spent = useSpentByKey();
  const [made, setMade] = useState<Issued>();
  const onIssued = (issued: Issued): void => {
    setMaking(false);
    setMade(issued);
    retry();
  };
  return (
    <Card
      title="Service tokens of the organization"
      aside={
        <Button look="primary" onClick={() => setMaking(true)}>
          Make a token
        </Button>
      }
    >
      <p className="mb-2 text-sm text-pretty text-muted">
        A backend of yours calls with a token of its own. It stays when whoever made it leaves; the owners are mailed of
        each.
      </p>
      {failure && <FailureNotice title="Service tokens could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={3} label="Loading service tokens" />}
      {data?.length === 0 && <p className="py-3">There is no token yet. Make one for each backend.</p>}
      {data && data.length > 0 && (
        <ul aria-label="Service tokens">
          {data.map((token) => (
            <ServiceTokenItem key={token.id} token={token} spent={spent} onIssued={onIssued} onChanged={retry} />
          ))}
        </ul>
      )}
      {making && <MakeServiceTokenDialog onClose={() => setMaking(false)} onMade={onIssued} />}
      {made !== undefined && <IssuedToken issued={made} onClose={() => setMade(undefined)} />}
    </Card>
  );
};

/** The tokens with which the organization's backends call. */
export const ServiceTokens = () => {
  const { session } = useSession();
  const organization = session?.organization;
  return (
    <>
      <PageTitle title="Keys">
        <p className="text-muted">{organization?.name}</p>
      </PageTitle>
      <KindsOfKeys />
      {organization && <List key={organization.id} />}
    </>
  );
};
