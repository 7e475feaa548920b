"use client";

import type { AuthOrganization } from "@topolo/auth-client";
import { Fragment, type ReactNode } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { PageTitle } from "../page-title.tsx";
import { PagesOfMembers } from "./pages-of-members.tsx";

interface MembersFrameProps {
  /** Begins anew when another organization becomes the active one. */
  readonly children: (organization: AuthOrganization) => ReactNode;
}

/** One of the pages of an organization's people. */
export const MembersFrame = ({ children }: MembersFrameProps) => {
  const { session } = useSession();
  const organization = session?.organization;
  return (
    <>
      <PageTitle title="Members">
        <p className="text-muted">
          <bdi>{organization?.name}</bdi>
        </p>
      </PageTitle>
      <PagesOfMembers />
      {organization && <Fragment key={organization.id}>{children(organization)}</Fragment>}
    </>
  );
};
