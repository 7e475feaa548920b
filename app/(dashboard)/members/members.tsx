"use client";

import { normalizeRole, type AuthOrganization } from "@topolo/auth-client";
import { lazy, Suspense, useState } from "react";
import { useSettled } from "../../_data/use-settled.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Card } from "../../_ui/card.tsx";
import { TextField } from "../../_ui/field.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { PagedList, usePagedAnswer } from "../paged-list.tsx";
import { MembersFrame } from "./members-frame.tsx";
import { MemberRow } from "./member-row.tsx";
import { grantableRoles, readMembers } from "./organization-people.ts";

const InviteCard = lazy(() => import("./invite-card.tsx").then((module) => ({ default: module.InviteCard })));

const adminSlug = "admin";
const settleMs = 250;

const People = ({ organization }: { readonly organization: AuthOrganization }) => {
  const { session } = useSession();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const base = `/api/organizations/${encodeURIComponent(organization.id)}/members`;
  const answer = usePagedAnswer(base, search === "" ? {} : { search }, readMembers);
  const grantable = grantableRoles(normalizeRole(session?.role), organization.slug === adminSlug);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[2fr_1fr]">
      <Card title="People">
        <TextField
          label="Search by name or address"
          type="search"
          value={typed}
          maxLength={100}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          className="mb-3 max-w-sm"
        />
        <PagedList answer={answer} label="People" empty="No member matches.">
          {(member) => (
            <MemberRow
              key={member.userId}
              member={member}
              path={`${base}/${encodeURIComponent(member.userId)}`}
              isSelf={member.userId === session?.user.id}
              grantable={grantable}
              onChanged={answer.reload}
            />
          )}
        </PagedList>
      </Card>
      <Suspense fallback={<Skeleton className="h-72 rounded-xl" />}>
        <InviteCard organizationId={organization.id} grantable={grantable} />
      </Suspense>
    </div>
  );
};

/** Who belongs to the active organization. */
export const Members = () => <MembersFrame>{(organization) => <People organization={organization} />}</MembersFrame>;
