import type { NexusOutputs } from "@topolo/nexus-client";
import type { OperationAnswer } from "../../_data/answers.ts";

type CallPage = NexusOutputs["operations"]["list"];

/** Each call once, as it was told last, in the order in which they were told first. */
export const latestOf = (calls: readonly OperationAnswer[]): readonly OperationAnswer[] => [
  ...new Map(calls.map((call) => [call.operationId, call])).values(),
];

/** The newest page with what has been told since: newer calls come first, changed ones stay where they are. */
export const mergeCalls = (page: CallPage, told: readonly OperationAnswer[], size: number): CallPage => {
  const oldest = page.operations.at(-1)?.operationId;
  // What is older than the page and has changed is on another page.
  const known = latestOf([...page.operations, ...told]).filter(
    ({ operationId }) => page.next === null || oldest === undefined || operationId >= oldest,
  );
  const operations = known.toSorted((a, b) => (a.operationId < b.operationId ? 1 : -1)).slice(0, size);
  return {
    ...page,
    operations,
    next: known.length > size ? (operations.at(-1)?.operationId ?? page.next) : page.next,
  };
};
