"use client";

import { normalizeRole, outranks, type AuthOrganization } from "@topolo/auth-client";
import { useState } from "react";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { useSettled } from "../../_data/use-settled.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { TextField } from "../../_ui/field.tsx";
import { PageTitle } from "../page-title.tsx";
import { Loaded } from "../security/user/_parts/loaded.tsx";
import { InviteCard } from "./invite-card.tsx";
import { MemberRow } from "./member-row.tsx";
import { grantableRoles, readMembers } from "./organization-people.ts";

const adminSlug = "admin";
const settleMs = 250;
const firstPage: readonly string[] = [];

const People = ({ organization }: { readonly organization: AuthOrganization }) => {
  const { session } = useSession();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const [pages, setPages] = useState({ search, starts: firstPage });
  // Another search begins at its first page.
  const starts = pages.search === search ? pages.starts : firstPage;
  const setStarts = (next: readonly string[]): void => setPages({ search, starts: next });
  const base = `/api/organizations/${encodeURIComponent(organization.id)}/members`;
  const after = starts.at(-1);
  const query = new URLSearchParams({
    limit: "25",
    ...(search === "" ? {} : { search }),
    ...(after === undefined ? {} : { after }),
  });
  const answer = useAuthAnswer(`${base}?${query}`, readMembers);
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
        <Loaded answer={answer} label="People" rows={4}>
          {({ members, nextAfter }) => (
            <>
              {members.length === 0 && <p className="py-3">No member matches.</p>}
              <ul aria-label="People">
                {members.map((member) => (
                  <MemberRow
                    key={member.userId}
                    member={member}
                    path={`${base}/${encodeURIComponent(member.userId)}`}
                    isSelf={member.userId === session?.user.id}
                    grantable={grantable}
                    onChanged={answer.reload}
                  />
                ))}
              </ul>
              {(starts.length > 0 || nextAfter !== undefined) && (
                <div className="mt-3 flex justify-between gap-2">
                  <Button disabled={starts.length === 0} onClick={() => setStarts(starts.slice(0, -1))}>
                    Back
                  </Button>
                  <Button
                    disabled={nextAfter === undefined}
                    onClick={() => nextAfter !== undefined && setStarts([...starts, nextAfter])}
                  >
                    Next
                  </Button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </Card>
      <InviteCard organizationId={organization.id} grantable={grantable} />
    </div>
  );
};

/** Who belongs to the active organization. */
export const Members = () => {
  const { session } = useSession();
  const organization = session?.organization;
  const mayLook = session !== undefined && outranks(session.role, "member");
  return (
    <>
      <PageTitle title="Members">
        <p className="text-muted">{organization?.name}</p>
      </PageTitle>
      {organization && mayLook ? (
        <People key={organization.id} organization={organization} />
      ) : (
        <p className="rounded-xl bg-raised px-5 py-4">
          {organization
            ? "Only owners and administrators of the organization can see its members."
            : "You are not a member of an organization yet."}
        </p>
      )}
    </>
  );
};
