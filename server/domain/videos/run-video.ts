import type { CallContext } from "../../contracts/call-context.ts";
import { videoIdOf } from "../../contracts/video-id.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { callRunVideo, insertVideo, type NewVideo, type RunningVideo } from "./store.ts";

/** Notes that a request for a video is on its way. */
export const beginVideo = ({ db }: Pick<Deps, "db">, video: NewVideo): Promise<void> => insertVideo(db.pool, video);

/**
 * Notes that the vendor has it, in one commit with its operation, which waits for the end from then on. Says the same
 * however often it is said. False: the operation has ended in its place.
 */
export const runVideo = async (deps: Pick<Deps, "db">, ctx: CallContext, video: RunningVideo): Promise<boolean> => {
  const run = (): Promise<boolean> =>
    auditedChange(deps, ctx, async (tx, audit) => {
      const runs = await callRunVideo(tx, video);
      await audit({
        action: "video.start",
        target: videoIdOf(video.operationId),
        details: { operationId: video.operationId },
      });
      return runs;
    });
  // Nobody can tell whether a commit without an answer was made; the same one again changes nothing.
  return run().catch(run);
};
