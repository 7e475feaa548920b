import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

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

export const FailureNotice = ({ title, failure, onRetry }: FailureNoticeProps) => (
  <div
    role="alert"
    className="m-5 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg bg-bad-soft px-4 py-3 text-bad"
  >
    <Icon name="alert" className="size-5 shrink-0" />
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
      <Icon name="refresh" />
      Try again
    </Button>
  </div>
);
