"use client";

import { Monitor } from "lucide-react";
import { useState } from "react";
import { describeDevice, describeMethods } from "../../../_auth-api/describe-device.ts";
import { useSettled } from "../../../_data/use-settled.ts";
import { useAskAuth } from "../../../_data/use-auth-answer.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { TextField } from "../../../_ui/field.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { showToast } from "../../../_ui/toast.ts";
import { whenOpened } from "../../../_ui/when-opened.tsx";
import { PagedList, usePagedAnswer } from "../../paged-list.tsx";
import { MembersFrame } from "../members-frame.tsx";
import { readMemberSessions, type MemberSession } from "./member-session.ts";

const ConfirmRemoval = whenOpened(() =>
  import("../../security/user/_parts/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
);

const settleMs = 250;

interface RowProps {
  readonly session: MemberSession;
  readonly onEnd: (session: MemberSession) => void;
}

const Row = ({ session, onEnd }: RowProps) => {
  const { userId, name, email, current, mayEnd, createdAt, lastSeenAt, ip, userAgent, amr } = session;
  const device = describeDevice(userAgent);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <Monitor aria-hidden="true" className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 grow basis-52">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
          <bdi>{name}</bdi>
          <CopyButton text={userId} label={`Copy the id of ${name}`} className="-my-1" />
          {current && <Badge tone="accent">this one</Badge>}
        </p>
        {name !== email && <p className="text-sm break-all text-muted">{email}</p>}
        <p className="text-sm text-pretty text-muted">
          {device}. Signed in <TimeAgo at={createdAt} /> {describeMethods(amr)}
          {ip !== undefined && <> from {ip}</>}. Last seen <TimeAgo at={lastSeenAt} />.
        </p>
      </div>
      {mayEnd && !current && (
        <Button look="quiet" aria-label={`Sign out ${name} on ${device}`} onClick={() => onEnd(session)}>
          Sign out
        </Button>
      )}
    </li>
  );
};

const Sessions = ({ organizationId }: { readonly organizationId: string }) => {
  const ask = useAskAuth();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const [ending, setEnding] = useState<MemberSession>();
  const answer = usePagedAnswer(
    `/api/organizations/${encodeURIComponent(organizationId)}/sessions`,
    search === "" ? {} : { search },
    readMemberSessions,
  );
  return (
    <Card title="Where people are signed in">
      <p className="mb-4 text-sm text-pretty text-muted">
        Sign-ins in which this organization is the active one. Whoever is signed out has to sign in again; keys and
        service tokens go on.
      </p>
      <TextField
        label="Search by name or address"
        type="search"
        value={typed}
        maxLength={100}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        className="mb-3 max-w-sm"
      />
      <PagedList answer={answer} label="Sign-ins" empty={search === "" ? "Nobody is signed in." : "Nobody matches."}>
        {(session) => <Row key={session.id} session={session} onEnd={setEnding} />}
      </PagedList>
      {ending && (
        <ConfirmRemoval
          title={`Sign ${ending.name} out?`}
          description={`${describeDevice(ending.userAgent)} is signed out at once, of every app it had opened with this sign-in.`}
          action="Sign out"
          onClose={() => setEnding(undefined)}
          remove={async () => {
            const { userId, id, name } = ending;
            await ask("DELETE", `/api/users/${encodeURIComponent(userId)}/sessions/${encodeURIComponent(id)}`);
            showToast({ title: `${name} was signed out` });
            answer.reload();
          }}
        />
      )}
    </Card>
  );
};

/** Where the organization's people are signed in, and their end. */
export const MemberSessions = () => <MembersFrame>{({ id }) => <Sessions organizationId={id} />}</MembersFrame>;
