export { followVideos } from "./follow-videos.ts";
export { cancelVideo, readVideo, readVideoContent, readVideos, viewVideo } from "./read-video.ts";
export { startVideo } from "./start-video.ts";
export { createVideoContentDoor } from "./video-content-door.ts";
