"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { CopiedValue } from "../../members/sign-in/copied-value.tsx";
import { PageTitle } from "../../page-title.tsx";
import { PagesOfMail } from "../pages-of-mail.tsx";
import { DomainCard } from "./domain-card.tsx";

const everyMs = 60_000;

const None = ({ organizationId }: { readonly organizationId: string }) => (
  <div className="space-y-4 rounded-xl border border-line bg-surface px-5 py-8 shadow-card">
    <p className="max-w-2xl text-pretty">
      No domain yet. With the organization&apos;s own vendor key, its vendor decides for which domains it sends. Where
      the platform pays, an operator lets the organization send for a domain that it has shown to be its own:
    </p>
    <CopiedValue
      label="Command for an operator"
      value={`npm run nexus -- email-senders add example.com --org ${organizationId}`}
    />
  </div>
);

const List = () => {
  const { session } = useSession();
  const { data, failure, retry } = useAnswer(
    useNexus().email.domains.list.queryOptions({}, { refetchInterval: everyMs }),
  );
  if (!data)
    return failure ? (
      <FailureNotice title="The domains could not be loaded" failure={failure} onRetry={retry} />
    ) : (
      <SkeletonRows rows={4} label="Loading the domains" />
    );
  if (data.domains.length === 0) return <None organizationId={session?.organization?.id ?? "org_…"} />;
  return (
    <div className="space-y-6">
      <p className="max-w-2xl text-pretty text-muted">
        Set these records where the domain&apos;s DNS is managed. Without them, receivers put its mail among spam.
      </p>
      {data.domains.map((domain) => (
        <DomainCard key={domain.domain} domain={domain} />
      ))}
    </div>
  );
};

/** For which domains the organization may send, and the DNS records that they need. */
export const Domains = () => (
  <>
    <PageTitle title="E-mail" />
    <PagesOfMail />
    <List />
  </>
);
