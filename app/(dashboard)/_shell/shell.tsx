"use client";

import { usePathname, useRouter } from "next/navigation";
import { Fragment, useEffect, useRef, type ReactNode } from "react";
import type { Reason } from "../../(entrance)/welcome/explain-error.ts";
import { leaveForSignIn, mayLeaveUnasked } from "../../_session/leave-for-sign-in.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { AccountMenu } from "../../_ui/account-menu.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { Toaster } from "../../_ui/toaster.tsx";
import { admits } from "./audience.ts";
import { Commands } from "./commands.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { pageAt } from "./listed-pages.ts";
import { OrganizationMenu } from "./organization-menu.tsx";
import { PageSkeleton } from "./page-skeleton.tsx";
import { PhonePages } from "./phone-pages.tsx";
import { PageSidebar } from "./page-sidebar.tsx";

const AuthNotice = whenOpened(() => import("./notices-of-shell.ts").then((module) => module.AuthNotice));
const RoleNotice = whenOpened(() => import("./notices-of-shell.ts").then((module) => module.RoleNotice));
const NoOrganization = whenOpened(() => import("./notices-of-shell.ts").then((module) => module.NoOrganization));

interface ShellProps {
  readonly startsAsIcons: boolean;
  readonly children: ReactNode;
}

/** What a person without an organization has too. */
const isOwnAccount = (path: string): boolean => path.startsWith("/security/");

/** What stands around every page. Without a session it shows nobody's data: at first a skeleton, then the way to Auth. */
export const Shell = ({ startsAsIcons, children }: ShellProps) => {
  const { state, session, authUrl, signOut } = useSession();
  const router = useRouter();
  const path = usePathname();
  const leaving = useRef(false);
  const wasSignedIn = useRef(false);

  useEffect(() => {
    if (state === "authenticated") wasSignedIn.current = true;
    if (state !== "unauthenticated" || leaving.current) return;
    leaving.current = true;
    const here = `${location.pathname}${location.search}`;
    const stay = (reason: Reason): void =>
      router.replace(`/welcome?reason=${reason}&callbackUrl=${encodeURIComponent(here)}`);
    // Whoever sees a page that has just closed is told why; whoever only arrives goes straight to the sign-in.
    if (wasSignedIn.current) stay("ended");
    else if (mayLeaveUnasked()) leaveForSignIn(here).catch(() => stay("failed"));
    else stay("loop");
  }, [router, state]);

  const page = pageAt(path);
  const isOthers = page?.audience !== undefined && page.audience !== "everyone" && !admits(page.audience, session);

  const leave = async (): Promise<void> => {
    leaving.current = true;
    router.replace(`/welcome?reason=${(await signOut()) ? "signed-out" : "incomplete"}`);
  };

  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 font-medium text-accent-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to content
      </a>
      <div className="lg:flex">
        <PageSidebar startsAsIcons={startsAsIcons} />
        <div className="min-w-0 grow">
          <header className="sticky top-0 z-30 flex h-15 items-center gap-2 border-b border-line bg-surface/90 px-4 backdrop-blur-sm sm:gap-3 sm:px-6">
            <PhonePages />
            {session && <Commands />}
            <div className="ml-auto flex min-w-0 items-center gap-2 sm:gap-3">
              {session ? (
                <>
                  <OrganizationMenu />
                  <AccountMenu
                    name={session.user.name}
                    email={session.user.email}
                    role={session.role}
                    appsUrl={authUrl}
                    onSignOut={() => void leave()}
                  />
                </>
              ) : (
                <Skeleton className="size-9 rounded-full" />
              )}
            </div>
          </header>
          <main id="content" tabIndex={-1} className="mx-auto max-w-7xl px-4 py-6 outline-none sm:px-6 sm:py-8">
            {state === "unavailable" && <AuthNotice />}
            {session ? (
              <Fragment key={session.organization?.id}>
                {session.organization === undefined && !isOwnAccount(path) ? (
                  <NoOrganization />
                ) : isOthers && page?.audience ? (
                  <RoleNotice title={page.label} href={page.href} audience={page.audience} />
                ) : (
                  children
                )}
              </Fragment>
            ) : (
              <PageSkeleton />
            )}
          </main>
        </div>
      </div>
      <Toaster />
    </>
  );
};
