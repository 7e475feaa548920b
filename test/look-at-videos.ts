import { batchFollowing } from "../server/assembly/batch-following.ts";
import { followVideos } from "../server/transport/videos/index.ts";
import type { TestGateway } from "./gateway.ts";

/** Every video is asked after once, however recently it was. */
export const lookAtVideos = async ({
  deps,
  gateway,
  runtime,
}: Pick<TestGateway, "deps" | "gateway" | "runtime">): Promise<void> => {
  await deps.db.pool.query("update nexus.ai_video set look_at = clock_timestamp() where look_at is not null");
  await followVideos({ gateway, deps, ...batchFollowing(runtime) });
};
