"use client";

import { outranks } from "@topolo/auth-client";
import type { ReactNode } from "react";
import { useSession } from "../_session/session-provider.tsx";

interface ForMembersProps {
  /** What is on the page: "its payments". */
  readonly what: string;
  /** Administrators alone see it. */
  readonly administrators?: boolean;
  readonly children: ReactNode;
}

/** A page for members of an organization; others read what to do. It saves a refusal: the gateway decides. */
export const ForMembers = ({ what, administrators = false, children }: ForMembersProps) => {
  const { session } = useSession();
  const role = session?.role;
  if (role === undefined) return null;
  if (outranks(role, administrators ? "member" : "guest")) return children;
  return (
    <p className="rounded-xl bg-raised px-5 py-4">
      {administrators
        ? `Administrators of the organization see ${what}. Ask an owner for another role, or an administrator to look.`
        : `Guests of the organization do not see ${what}. Ask an owner for another role.`}
    </p>
  );
};
