import { Lock, RefreshCw, TriangleAlert } from "lucide-react";
import { Button } from "./button.tsx";

/** An error as people can use it: what, which code, and the id to tell support. */
export interface ShownFailure {
  readonly message: string;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}

interface FailureNoticeProps {
  readonly title: string;
  readonly failure: ShownFailure;
  readonly onRetry: () => void;
}

/** Nothing failed: the person may not see it. */
const NotYours = () => (
  <div className="m-5 flex items-start gap-3 rounded-lg bg-raised px-4 py-3">
    <Lock className="mt-0.5 size-5 shrink-0 text-muted" />
    <div className="min-w-0">
      <p className="font-medium">Your role does not see this</p>
      <p className="text-sm text-muted">
        An owner or administrator of the organization can give you another role, or look for you.
      </p>
    </div>
  </div>
);

export const FailureNotice = ({ title, failure, onRetry }: FailureNoticeProps) =>
  failure.code === "SCOPE_DENIED" || failure.code === "forbidden" ? (
    <NotYours />
  ) : (
    <div
      role="alert"
      className="m-5 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg bg-bad-soft px-4 py-3 text-bad"
    >
      <TriangleAlert className="size-5 shrink-0" />
      <div className="min-w-0 grow basis-60">
        <p className="font-medium">{title}</p>
        <p className="text-sm break-words">{failure.message}</p>
        {(failure.code ?? failure.requestId) && (
          <p className="mt-1 font-mono text-xs break-all">
            {failure.code}
            {failure.requestId && ` · request ${failure.requestId}`}
          </p>
        )}
      </div>
      <Button onClick={onRetry}>
        <RefreshCw className="size-4" />
        Try again
      </Button>
    </div>
  );
