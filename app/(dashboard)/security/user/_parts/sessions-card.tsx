"use client";

import { Monitor } from "lucide-react";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth, type AuthAnswerOf } from "../../../../_data/use-auth-answer.ts";
import { Badge } from "../../../../_ui/badge.tsx";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { TimeAgo } from "../../../../_ui/time.tsx";
import type { OwnSession } from "../_account/account.ts";
import { describeDevice, describeMethods } from "../../../../_auth-api/describe-device.ts";
import { Loaded } from "./loaded.tsx";

const SessionRow = ({ session, onEnd }: { readonly session: OwnSession; readonly onEnd: (() => void) | undefined }) => {
  const device = describeDevice(session.userAgent);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <Monitor className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 grow basis-52">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {device}
          {session.current && <Badge tone="accent">this one</Badge>}
        </p>
        <p className="text-sm text-pretty text-muted">
          Signed in <TimeAgo at={session.createdAt} /> {describeMethods(session.amr)}
          {session.ip !== undefined && <> from {session.ip}</>}. Last seen <TimeAgo at={session.lastSeenAt} />.
        </p>
      </div>
      {onEnd && (
        <Button look="quiet" aria-label={`Sign out ${device}`} onClick={onEnd}>
          Sign out
        </Button>
      )}
    </li>
  );
};

/** Everywhere the account is signed in. */
export const SessionsCard = ({ answer }: { readonly answer: AuthAnswerOf<readonly OwnSession[]> }) => {
  const ask = useAskAuth();
  const { busy, refusal, run } = useSubmit();
  const end = (path: string): void =>
    run(async () => {
      await ask("DELETE", path);
      answer.reload();
    });
  const others = answer.data?.filter(({ current }) => !current) ?? [];
  return (
    <Card
      title="Where you are signed in"
      aside={
        others.length > 0 && (
          <Button disabled={busy} onClick={() => end("/api/me/sessions")}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <RefusalNotice refusal={refusal} />
      <Loaded answer={answer} label="Sessions" rows={3}>
        {(sessions) => (
          <ul aria-label="Sessions">
            {sessions.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                onEnd={session.current ? undefined : () => end(`/api/me/sessions/${encodeURIComponent(session.id)}`)}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
};
