"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";

const code = "rounded bg-surface px-1.5 py-0.5 font-mono text-sm wrap-anywhere text-ink";

/** What people of an organization that nobody has admitted can do. */
export const AdmissionWords = ({ slug }: { readonly slug: string }) => (
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
