"use client";

import { TriangleAlert } from "lucide-react";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";

/** Auth is silent: that signs nobody out. */
export const AuthNotice = () => {
  const { retry } = useSession();
  return (
    <div
      role="alert"
      className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl bg-warn-soft px-5 py-4 text-warn"
    >
      <TriangleAlert className="size-5 shrink-0" />
      <p className="min-w-0 grow basis-60">
        <span className="font-medium">Topolo Auth cannot be reached.</span> Your session is kept; this page keeps
        trying.
      </p>
      <Button onClick={retry}>Try now</Button>
    </div>
  );
};
