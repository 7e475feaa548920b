"use client";

import { Mail } from "lucide-react";
import { useSession } from "../../_session/session-provider.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";

const way = "font-medium text-accent underline underline-offset-2";

/** For a person who is signed in and belongs to no organization: every page is an organization's. */
export const NoOrganization = () => {
  const { authUrl, session } = useSession();
  const email = session?.user.email ?? "";
  return (
    <section className="mx-auto max-w-xl py-8">
      <h1 className="text-2xl font-semibold tracking-tight">You are in no organization yet</h1>
      <p className="mt-2 text-muted">
        Calls, keys and budgets belong to organizations. Once you are a member of one, this page shows what it does.
      </p>
      <ul className="mt-6 divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
        <li className="space-y-1 px-5 py-4">
          <h2 className="font-semibold">Somebody has invited you</h2>
          <p>
            Open the link in their mail, or look at{" "}
            <a href={authUrl} className={way}>
              the invitations of your account
            </a>
            .
          </p>
        </li>
        <li className="space-y-1 px-5 py-4">
          <h2 className="font-semibold">Your team uses Topolo already</h2>
          <p>Ask an administrator of the organization to invite this address:</p>
          <p className="flex items-center gap-2">
            <Mail className="size-4 shrink-0 text-muted" />
            <bdi className="min-w-0 font-medium break-all">{email}</bdi>
            <CopyButton text={email} label="Copy your address" />
          </p>
        </li>
        <li className="space-y-1 px-5 py-4">
          <h2 className="font-semibold">You are in an organization, but not with this account</h2>
          <p>Sign out in the menu at the top right, and sign in with the other address.</p>
        </li>
      </ul>
    </section>
  );
};
