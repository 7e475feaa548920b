"use client";

import { fetchApps } from "../../_auth-api/apps.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { ChoiceLink } from "../_parts/choice.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Waiting } from "../_parts/waiting.tsx";

/** The apps that the active organization uses. */
export const Apps = ({ organization }: { readonly organization: string | undefined }) => {
  const [query] = useAuthQuery(fetchApps);
  if (query.state === "asking") return <Waiting label="Loading your apps" />;
  if (query.state === "refused") return <RefusalNotice refusal={query.refusal} />;
  if (query.answer.length === 0) {
    return (
      <Notice tone="warn">
        {organization === undefined
          ? "You are not a member of an organization yet, so there are no apps to open. Ask an administrator to invite you."
          : `${organization} does not use any apps yet. Ask its owner.`}
      </Notice>
    );
  }
  return (
    <ul className="space-y-2">
      {query.answer.map(({ id, name, description, url }) => (
        <li key={id}>
          <ChoiceLink href={url} title={name} detail={description} />
        </li>
      ))}
    </ul>
  );
};
