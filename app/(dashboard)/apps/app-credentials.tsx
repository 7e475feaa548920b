"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useState } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import type { Issued } from "../keys/service-tokens/issued-token.tsx";

const IssuedToken = whenOpened(() => import("./overlays-of-apps.ts").then((module) => module.IssuedToken));
const MakeServiceTokenDialog = whenOpened(() =>
  import("./overlays-of-apps.ts").then((module) => module.MakeServiceTokenDialog),
);

const link = "text-accent-strong underline underline-offset-2";

interface AppCredentialsProps {
  readonly id: string;
  readonly now: Date;
  /** Registered and switched on: a token for it works. */
  readonly mayCall: boolean;
}

const Tokens = ({ id, now, mayCall }: AppCredentialsProps) => {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Issued>();
  const { data, failure, retry } = useAnswer(
    useNexus().serviceTokens.list.queryOptions(
      {},
      {
        select: ({ serviceTokens }) =>
          serviceTokens.filter(
            ({ apps, revokedAt, expiresAt }) =>
              apps !== "all" &&
              apps.includes(id) &&
              revokedAt === null &&
              (expiresAt === null || Date.parse(expiresAt) > now.getTime()),
          ),
      },
    ),
  );
  return (
    <>
      {failure && <FailureNotice title="Its tokens could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <Skeleton className="h-8" />}
      {data?.length === 0 && <p className="text-sm text-muted">It has no service token.</p>}
      {data && data.length > 0 && (
        <ul aria-label="Service tokens of the app" className="divide-y divide-line">
          {data.map((token) => (
            <li key={token.id} className="flex flex-wrap justify-between gap-x-4 py-1.5">
              <bdi className="min-w-0 wrap-anywhere">{token.label}</bdi>
              <span className="text-sm text-muted">
                {token.lastUsedAt === null ? (
                  "never used"
                ) : (
                  <>
                    used <TimeAgo at={token.lastUsedAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        {mayCall && <Button onClick={() => setMaking(true)}>Make a service token</Button>}
        {data && data.length > 0 && (
          <Link href="/keys/service-tokens" className={link}>
            Replace or revoke them
          </Link>
        )}
      </p>
      {making && (
        <MakeServiceTokenDialog
          app={id}
          onClose={() => setMaking(false)}
          onMade={(issued) => {
            setMaking(false);
            setMade(issued);
            retry();
          }}
        />
      )}
      {made && <IssuedToken issued={made} onClose={() => setMade(undefined)} />}
    </>
  );
};

/** With what an app calls, so that its calls are attributed to it; administrators make its tokens here. */
export const AppCredentials = ({ mayManage, ...of }: AppCredentialsProps & { readonly mayManage: boolean }) => (
  <>
    <p className="mb-2 text-sm text-pretty text-muted">
      {mayManage
        ? "A backend of it calls with a service token, which names the app. "
        : "A backend of it calls with a service token, which administrators make. "}
      Its pages call with the tokens of their people.
    </p>
    {mayManage && <Tokens {...of} />}
  </>
);
