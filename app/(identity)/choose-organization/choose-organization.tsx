"use client";

import { sendActiveOrganization, type CurrentUser } from "../../_auth-api/session.ts";
import { leave } from "../_flow/leave.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { leaving, useSubmit } from "../../_forms/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ChoiceButton } from "../_parts/choice.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { WideLink } from "../_parts/wide-button.tsx";

const Organizations = ({ me, to }: { readonly me: CurrentUser; readonly to: string }) => {
  const { busy, refusal, run } = useSubmit();
  if (me.organizations.length === 0) {
    return (
      <div className="space-y-4">
        <Notice tone="warn">
          You are not a member of an organization yet. Ask an administrator to invite {me.email}.
        </Notice>
        <WideLink href={to}>Continue without one</WideLink>
      </div>
    );
  }
  return (
    <div className="space-y-3">
      <RefusalNotice refusal={refusal} />
      <ul className="space-y-2">
        {me.organizations.map(({ id, name, role, active }) => (
          <li key={id}>
            <ChoiceButton
              title={name}
              detail={active ? role.replaceAll("_", " ") : "not active at the moment"}
              chosen={id === me.activeOrganizationId}
              disabled={busy || !active}
              onChoose={() =>
                run(async () => {
                  await sendActiveOrganization(id);
                  leave(to);
                  return leaving;
                })
              }
            />
          </li>
        ))}
      </ul>
    </div>
  );
};

/** Which organization the person works for in the apps; it can be changed at any time. */
export const ChooseOrganization = ({ to }: { readonly to: string }) => (
  <AuthPage
    title="Choose an organization"
    intro="It applies in every app until you change it"
    below={<TextLink href="/">Your apps</TextLink>}
  >
    <ForSignedIn here={thenReturn("/choose-organization", to)}>{(me) => <Organizations me={me} to={to} />}</ForSignedIn>
  </AuthPage>
);
