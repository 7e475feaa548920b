"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useAnswer } from "../../_data/use-answer.ts";
import { Card } from "../../_ui/card.tsx";
import { CredentialCard } from "./credential-card.tsx";
import { OrganizationPicker } from "./organization-picker.tsx";

const everyMs = 60_000;
const often = { refetchInterval: everyMs };

const PlatformDefaults = () => (
  <CredentialCard
    title="Defaults of the platform"
    owner="platform"
    answer={useAnswer(useNexus().credentials.listPlatformDefaults.queryOptions({}, often))}
    empty="Nothing is stored yet: only organizations with keys of their own can call vendors."
  >
    They pay for calls of admitted organizations that have neither a key of their own nor an override. A secret is kept
    encrypted, and shown to nobody again.
  </CredentialCard>
);

interface OverridesProps {
  readonly organizationId: string;
  readonly name: string;
}

const Overrides = ({ organizationId, name }: OverridesProps) => (
  <CredentialCard
    title={`Overrides for ${name}`}
    owner={{ organizationId }}
    answer={useAnswer(useNexus().credentials.listOrganizationOverrides.queryOptions({ organizationId }, often))}
    empty={`${name} has no override: the platform's defaults pay where it has no key of its own.`}
  >
    For a vendor that has one here, the override pays in place of the platform&apos;s default.
  </CredentialCard>
);

/** The platform's defaults, and overrides of the organization that is chosen. */
export const CredentialParts = () => {
  const [organizationId, setOrganizationId] = useQueryState("organization", parseAsString);
  return (
    <div className="space-y-6">
      <PlatformDefaults />
      <Card title="Overrides for organizations">
        <OrganizationPicker chosen={organizationId} onChoose={(id) => void setOrganizationId(id)}>
          {(organization) => (
            <Overrides key={organization.id} organizationId={organization.id} name={organization.name} />
          )}
        </OrganizationPicker>
      </Card>
    </div>
  );
};
