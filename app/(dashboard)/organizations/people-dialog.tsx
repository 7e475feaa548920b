"use client";

import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { useSession } from "../../_session/session-provider.tsx";
import { readMembers, roleName, type Member } from "../members/organization-people.ts";
import { PagedList, usePagedAnswer } from "../paged-list.tsx";
import type { OrganizationAdmission } from "./admissions.ts";
import { RecoverForm } from "./recover-form.tsx";

const everybody = {};

interface PeopleDialogProps {
  readonly organization: OrganizationAdmission;
  readonly onClose: () => void;
}

/** Who belongs to an organization, for operators: they give accounts back to their owners. */
export const PeopleDialog = ({ organization: { id, name }, onClose }: PeopleDialogProps) => {
  const { session } = useSession();
  const answer = usePagedAnswer(`/api/organizations/${encodeURIComponent(id)}/members`, everybody, readMembers);
  const [chosen, setChosen] = useState<Member>();
  if (chosen !== undefined)
    return (
      <Modal
        open
        onClose={onClose}
        title={`Recover the account of ${chosen.name || chosen.email}?`}
        description="Its password, passkeys, second factors, linked accounts, keys and sessions are removed, whoever set them up. A link for a new password goes to its address."
      >
        <RecoverForm member={chosen} onClose={onClose} />
      </Modal>
    );
  return (
    <Modal
      open
      onClose={onClose}
      title={`People of ${name}`}
      description="Recover an account that its owner cannot enter."
    >
      <PagedList answer={answer} label="People of the organization" empty="Nobody belongs to it.">
        {(member) => (
          <li
            key={member.userId}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-t-0"
          >
            <div className="min-w-0 grow basis-40">
              <p className="font-medium wrap-anywhere">
                <bdi>{member.name || member.email}</bdi>
              </p>
              <p className="text-sm break-all text-muted">
                <bdi>{member.email}</bdi> · {roleName(member.role)}
              </p>
            </div>
            {member.userId !== session?.user.id && (
              <Button look="quiet" aria-label={`Recover ${member.email}`} onClick={() => setChosen(member)}>
                Recover
              </Button>
            )}
          </li>
        )}
      </PagedList>
    </Modal>
  );
};
