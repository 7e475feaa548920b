"use client";

import { useAuthAnswer } from "../../../_data/use-auth-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { PageTitle } from "../../page-title.tsx";
import { readSecondFactors, readSessions } from "./_account/account.ts";
import { PasswordCard } from "./_parts/password-card.tsx";
import { ProfileCard } from "./_parts/profile-card.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const SessionsCard = whenOpened(() => import("./_parts/sessions-card.tsx").then((module) => module.SessionsCard));
const PasskeysCard = whenOpened(() => import("./_parts/passkeys-card.tsx").then((module) => module.PasskeysCard));
const IdentitiesCard = whenOpened(() => import("./_parts/identities-card.tsx").then((module) => module.IdentitiesCard));
const ConnectedAppsCard = whenOpened(() =>
  import("./_parts/connected-apps-card.tsx").then((module) => module.ConnectedAppsCard),
);
const SecondFactorCard = whenOpened(() =>
  import("./_parts/second-factor-card.tsx").then((module) => module.SecondFactorCard),
);

/** A person's own account: who they are and how they sign in. */
export const Security = () => {
  const { authUrl } = useSession();
  const factors = useAuthAnswer("/api/me/mfa", readSecondFactors);
  const sessions = useAuthAnswer("/api/me/sessions", readSessions);
  return (
    <>
      <PageTitle title="Account and security">
        <p className="text-muted">
          These settings apply to every Topolo app. See{" "}
          <a href={`${authUrl}/ways-in`} className="font-medium text-accent underline-offset-4 hover:underline">
            all ways into your account
          </a>
          .
        </p>
      </PageTitle>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="grid gap-6">
          <ProfileCard />
          <PasswordCard onChanged={sessions.reload} />
        </div>
        <div className="grid gap-6">
          <PasskeysCard onChanged={factors.reload} />
          <SecondFactorCard answer={factors} />
          <IdentitiesCard />
        </div>
        <div className="grid gap-6 lg:col-span-2">
          <ConnectedAppsCard />
          <SessionsCard answer={sessions} />
        </div>
      </div>
    </>
  );
};
