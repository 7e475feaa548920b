export {
  claimVideos,
  endVideo,
  keepVideo,
  lookAtVideoSoon,
  noteVideoCancelled,
  noteVideoTold,
  pruneVideos,
} from "./look-at-videos.ts";
export { listStoredVideos, requireVideo } from "./read-videos.ts";
export { beginVideo, runVideo } from "./run-video.ts";
export type { PageOfVideos, StoredVideo } from "./store.ts";
