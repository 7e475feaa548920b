"use client";

import { KeyRound, LogOut, ShieldCheck, UserRound, type LucideIcon } from "lucide-react";
import { signOut, type CurrentUser } from "../../_auth-api/session.ts";
import { announceSignOut } from "../_flow/announce-sign-out.ts";
import { leave } from "../_flow/leave.ts";
import { leaving, useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";

interface AccountLinksProps {
  readonly me: CurrentUser;
  readonly organization: string | undefined;
}

const row = "flex min-h-10 w-full items-center gap-3 rounded-lg px-2.5 text-left hover:bg-raised";

const Row = ({ icon: Icon, words }: { readonly icon: LucideIcon; readonly words: string }) => (
  <>
    <Icon className="size-4 shrink-0 text-muted" />
    <span className="min-w-0 truncate">{words}</span>
  </>
);

/** Who is signed in, and what they can do about that. */
export const AccountLinks = ({ me, organization }: AccountLinksProps) => {
  const { busy, refusal, run } = useSubmit();
  const end = async () => {
    await signOut();
    announceSignOut();
    leave("/signed-out");
    return leaving;
  };
  return (
    <div className="border-t border-line pt-4">
      <RefusalNotice refusal={refusal} />
      <p className="px-2.5 pb-2">
        {me.name !== "" && <span className="block truncate font-medium">{me.name}</span>}
        <span className="block truncate text-sm text-muted">{me.email}</span>
      </p>
      <ul>
        {me.organizations.length > 1 && (
          <li>
            <a href="/choose-organization" className={row}>
              <Row icon={UserRound} words={`Organization: ${organization ?? "none chosen"}`} />
            </a>
          </li>
        )}
        <li>
          <a href="/settings" className={row}>
            <Row icon={ShieldCheck} words="Security settings" />
          </a>
        </li>
        <li>
          <a href="/ways-in" className={row}>
            <Row icon={KeyRound} words="Ways into your account" />
          </a>
        </li>
        <li>
          <button type="button" disabled={busy} onClick={() => run(end)} className={row}>
            <Row icon={LogOut} words={busy ? "Signing out…" : "Sign out"} />
          </button>
        </li>
      </ul>
    </div>
  );
};
