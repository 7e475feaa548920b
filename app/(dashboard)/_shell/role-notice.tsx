"use client";

import { Lock } from "lucide-react";
import Link from "next/link";
import { useSession } from "../../_session/session-provider.tsx";
import { PageTitle } from "../page-title.tsx";
import type { Audience } from "./audience.ts";
import { audienceWords, whatPagesHold } from "./audience-words.ts";

interface RoleNoticeProps {
  readonly title: string;
  /** Of the page. */
  readonly href: string;
  readonly audience: Exclude<Audience, "everyone">;
}

/** In place of a page that is not for the person's role: for whom it is, and what to do. */
export const RoleNotice = ({ title, href, audience }: RoleNoticeProps) => {
  const { session } = useSession();
  const { who, how } = audienceWords[audience];
  return (
    <>
      <PageTitle title={title} />
      <section
        aria-label="Not for your role"
        className="flex gap-4 rounded-xl border border-line bg-surface px-5 py-6 shadow-card"
      >
        <Lock aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-muted" />
        <div className="min-w-0 space-y-2">
          <p className="font-semibold">
            {who} see {whatPagesHold[href] ?? "this page"}
          </p>
          <p className="text-muted">{how}</p>
          <p className="text-sm text-muted">
            Your role in <bdi>{session?.organization?.name}</bdi>: {session?.role.replaceAll("_", " ")}
          </p>
          <p className="flex flex-wrap gap-x-4 gap-y-1 pt-1">
            <Link href="/" className="font-medium text-accent-strong underline underline-offset-2">
              Home
            </Link>
            <Link href="/usage" className="font-medium text-accent-strong underline underline-offset-2">
              What you used
            </Link>
          </p>
        </div>
      </section>
    </>
  );
};
