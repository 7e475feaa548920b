"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useAuthAnswer } from "../_data/use-auth-answer.ts";
import { useSession } from "../_session/session-provider.tsx";
import { isWaiting } from "./is-waiting.ts";

const code = "rounded bg-surface px-1.5 py-0.5 font-mono text-sm wrap-anywhere text-ink";

const OfOrganization = ({ id, slug }: { readonly id: string; readonly slug: string }) => {
  const { data: waits } = useAuthAnswer(`/api/organizations/${encodeURIComponent(id)}`, isWaiting);
  if (waits !== true) return null;
  return (
    <section
      aria-label="Admission"
      className="mb-6 flex flex-wrap items-start gap-x-4 gap-y-3 rounded-xl bg-warn-soft px-5 py-4 text-warn"
    >
      <TriangleAlert className="mt-0.5 size-5 shrink-0" />
      <div className="min-w-0 grow basis-60 space-y-1">
        <p className="font-medium">Your organization is not admitted yet: the platform does not pay for its calls.</p>
        <p>
          Store{" "}
          <Link href="/keys/vendors" className="font-medium underline underline-offset-2">
            a vendor key of its own
          </Link>
          , or ask an operator of the platform to admit <code className={code}>{slug}</code>. Calls that the sandbox
          answers need neither.
        </p>
      </div>
    </section>
  );
};

/** Tells the people of an organization that nobody has admitted what they can do; nothing to others. */
export const AdmissionNotice = () => {
  const organization = useSession().session?.organization;
  return organization === undefined ? null : <OfOrganization id={organization.id} slug={organization.slug} />;
};
