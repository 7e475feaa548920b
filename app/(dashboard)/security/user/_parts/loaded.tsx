import type { ReactNode } from "react";
import { explainError } from "../../../../_auth-api/explain.ts";
import type { AuthAnswerOf } from "../../../../_data/use-auth-answer.ts";
import { FailureNotice } from "../../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../../_ui/skeleton.tsx";

interface LoadedProps<T> {
  readonly answer: AuthAnswerOf<T>;
  readonly label: string;
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}

/** What was read of the account, or its place until it is there, or why it is not. */
export const Loaded = <T,>({ answer: { data, refusal, reload }, label, rows = 2, children }: LoadedProps<T>) => {
  if (data !== undefined) return children(data);
  if (refusal === undefined) return <SkeletonRows rows={rows} label={`Loading ${label}`} />;
  const { code, requestId } = refusal;
  return (
    <FailureNotice
      title={`${label} could not be loaded`}
      failure={{ message: explainError(refusal), code, requestId }}
      onRetry={reload}
    />
  );
};
