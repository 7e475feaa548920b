import { matchEmailEvents, pruneEmails, type EmailDeps } from "../domain/email/index.ts";
import { pruneBatches } from "../domain/batches/index.ts";
import { pruneVideos } from "../domain/videos/index.ts";
import { pruneFiles } from "../domain/files/index.ts";
import { pruneResponses } from "../domain/responses/index.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { resolveUncertain } from "../gateway/resolve-uncertain.ts";
import { settleLeftInReview } from "../gateway/settle-left-in-review.ts";
import { followBatches, type BatchFollowerDeps } from "../transport/batches/index.ts";
import { followVideos } from "../transport/videos/index.ts";
import { repeatWork } from "./repeat-work.ts";

const resolveMs = 500;
const reviewMs = 60_000;
const emailEventsMs = 5_000;
const pruneEmailsMs = 60_000;
const pruneResponsesMs = 600_000;
const pruneFilesMs = 600_000;
const pruneBatchesMs = 600_000;
const followBatchesMs = 1_000;
const pruneVideosMs = 600_000;
const followVideosMs = 1_000;

/** As long as there are more that are due. */
const resolveAll = async (gateway: Gateway): Promise<void> => {
  while ((await resolveUncertain(gateway)) > 0);
};

const matchAll = async (deps: EmailDeps): Promise<void> => {
  while ((await matchEmailEvents(deps)) > 0);
};

const followAll = async (deps: BatchFollowerDeps): Promise<void> => {
  while ((await followBatches(deps)) > 0);
};

const followAllVideos = async (deps: BatchFollowerDeps): Promise<void> => {
  while ((await followVideos(deps)) > 0);
};

/** What families do beside their calls, again and again; answers how each is ended. */
export const startFamilyWork = (
  gateway: Gateway,
  deps: EmailDeps,
  batches: Pick<BatchFollowerDeps, "vendorOf" | "priceSetOf">,
): readonly (() => void)[] => {
  const { log } = gateway;
  const always = [
    repeatWork(pruneResponsesMs, "expired responses", log, async () => void (await pruneResponses(deps))),
    repeatWork(followBatchesMs, "batches", log, () => followAll({ gateway, deps, ...batches })),
    repeatWork(pruneBatchesMs, "batches that no vendor took", log, async () => void (await pruneBatches(deps))),
    repeatWork(followVideosMs, "videos", log, () => followAllVideos({ gateway, deps, ...batches })),
    repeatWork(pruneVideosMs, "videos that no vendor took", log, async () => void (await pruneVideos(deps))),
    repeatWork(pruneFilesMs, "expired files", log, async () => void (await pruneFiles(deps))),
    repeatWork(emailEventsMs, "early events of mail", log, () => matchAll(deps)),
    repeatWork(pruneEmailsMs, "expired mail", log, async () => void (await pruneEmails(deps))),
  ];
  if (Object.values(gateway.families).every(({ acts }) => acts === undefined)) return always;
  return [
    ...always,
    repeatWork(resolveMs, "unknown outcomes", log, () => resolveAll(gateway)),
    repeatWork(reviewMs, "outcomes left in review", log, async () => void (await settleLeftInReview(gateway))),
  ];
};
