"use client";

import type { AuthOrganization } from "@topolo/auth-client";
import type { ReactNode } from "react";
import { useAuthAnswer } from "../../../_data/use-auth-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { PageTitle } from "../../page-title.tsx";
import { PagesOfMembers } from "../pages-of-members.tsx";
import { readCompanyDirectory, readDomains, readSignInSettings, readLetInApps } from "./company.ts";
import { DomainsCard } from "./domains-card.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const DirectoryCard = whenOpened(() => import("./directory-card.tsx").then((module) => module.DirectoryCard));
const ProviderCard = whenOpened(() => import("./provider-card.tsx").then((module) => module.ProviderCard));
const RolesCard = whenOpened(() => import("./roles-card.tsx").then((module) => module.RolesCard));
const UnregisteredAppsCard = whenOpened(() =>
  import("./unregistered-apps-card.tsx").then((module) => module.UnregisteredAppsCard),
);

const adminSlug = "admin";

const Settings = ({ organization }: { readonly organization: AuthOrganization }) => {
  const base = `/api/organizations/${encodeURIComponent(organization.id)}`;
  const domains = useAuthAnswer(`${base}/domains`, readDomains);
  const signIn = useAuthAnswer(`${base}/sign-in`, readSignInSettings);
  const directory = useAuthAnswer(`${base}/directory`, readCompanyDirectory);
  const apps = useAuthAnswer(`${base}/unregistered-apps`, readLetInApps);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <div className="grid gap-6">
        <DomainsCard answer={domains} path={`${base}/domains`} />
        <DirectoryCard answer={directory} path={`${base}/scim-tokens`} />
      </div>
      <div className="grid gap-6">
        <ProviderCard
          answer={signIn}
          path={`${base}/sign-in`}
          hasDomain={domains.data?.some(({ status }) => status !== "pending") ?? false}
        />
        <RolesCard answer={directory} path={`${base}/directory`} />
        <UnregisteredAppsCard answer={apps} path={`${base}/unregistered-apps`} />
      </div>
    </div>
  );
};

const Closed = ({ children }: { readonly children: ReactNode }) => (
  <p className="rounded-xl bg-raised px-5 py-4">{children}</p>
);

/** For owners: how the organization's people come, sign in and go. */
export const CompanySignIn = () => {
  const { session } = useSession();
  const organization = session?.organization;
  return (
    <>
      <PageTitle title="Sign-in and provisioning">
        <p className="text-muted">{organization?.name}</p>
      </PageTitle>
      <PagesOfMembers />
      {organization?.slug === adminSlug && (
        <Closed>Operators of the platform sign in by their own factors, and are appointed one by one.</Closed>
      )}
      {organization && organization.slug !== adminSlug && (
        <Settings key={organization.id} organization={organization} />
      )}
    </>
  );
};
