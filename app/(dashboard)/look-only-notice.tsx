import { Lock } from "lucide-react";

/** Above what a person may look at, and may not act on without the permission to call AI. */
export const LookOnlyNotice = () => (
  <section aria-label="Not given to you" className="mb-4 flex items-start gap-3 rounded-lg bg-raised px-4 py-3">
    <Lock aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-muted" />
    <div className="min-w-0">
      <p className="font-medium">You can look, and change nothing here</p>
      <p className="text-sm text-muted">
        Calling AI is not given to you in this organization. An owner or administrator can give it to you.
      </p>
    </div>
  </section>
);
