import type { QueuedMail } from "./kill-queue.ts";

/** What is wrong with a queue: mail that was sent twice, lost, or said to be what it is not. */
export const judgeQueue = (mails: readonly QueuedMail[]): readonly string[] =>
  mails.flatMap(({ operationId, vendor, arrived, state }) => {
    const said = `${operationId} at ${vendor}`;
    if (arrived > 1) return [`${said} arrived ${arrived} times`];
    if (state === "settled") return arrived === 1 ? [] : [`${said} is said to be sent, and has not arrived`];
    // Of what was cut off at a server that nobody can ask, it is said that nobody knows.
    if (vendor === "smtp" && ["unknown", "reconciling", "needs_review"].includes(state)) return [];
    return [`${said} was queued, and is ${state}`];
  });
